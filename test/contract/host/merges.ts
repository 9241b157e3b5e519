import { expect, it } from 'vitest';
import type { Mapping, MergeNodeSpec, NodeSpec } from '../../../src/manifest/index.ts';
import { failureError } from '../../../src/errors/index.ts';
import { argument, type HostKind, type OpenEngine, openProject, type TestTools } from '../../support/engine-fixture.ts';
import { outcome, stageOf } from '../../support/task-reading.ts';

interface Fork {
  readonly branches: readonly NodeSpec[];
  readonly merge?: Partial<MergeNodeSpec>;
  readonly tools?: TestTools;
  /** A node after the merge. */
  readonly after?: NodeSpec;
}

async function openFork(host: HostKind, { branches, merge = {}, tools = {}, after }: Fork): Promise<OpenEngine> {
  const edges = branches.flatMap(({ id }) => [
    { from: 'start', to: id },
    { from: id, to: 'join' },
  ]);
  const last = after === undefined ? [] : [{ from: 'join', to: after.id }];
  return openProject(
    {
      workflow: {
        nodes: [
          { id: 'start', type: 'transform', output: '${{ input }}' },
          ...branches,
          { id: 'join', type: 'merge', ...merge },
          ...(after === undefined ? [] : [after]),
        ],
        edges: [...edges, ...last],
      },
      tools,
    },
    { host },
  );
}

const constant = (id: string, output: Mapping): NodeSpec => ({ id, type: 'transform', output });

const broken = (): never => {
  throw failureError({ code: 'tool.failed', message: 'The branch broke.' });
};

export function mergeCases(host: HostKind): void {
  it('runs three branches side by side and joins what they give', async () => {
    const started: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    const { engine, clock } = await openFork(host, {
      branches: ['a', 'b', 'c'].map((id) => ({ id, type: 'tool', tool: 'work', arguments: { name: id } })),
      tools: {
        work: async (arguments_) => {
          const name = String(argument(arguments_, 'name'));
          started.push(name);
          await gate.promise;
          return `${name}!`;
        },
      },
    });
    const running = engine.runOne('go');
    await clock.until(() => started.length === 3);
    gate.resolve(undefined);
    const result = await running;
    expect(started).toEqual(['a', 'b', 'c']);
    expect([result.status, result.output]).toEqual(['completed', { a: 'a!', b: 'b!', c: 'c!' }]);
    expect(outcome(result)).toEqual(['start done', 'a done', 'b done', 'c done', 'join done']);
  });

  it.each([
    ['dict', { a: [1], b: [2, 3] }],
    ['list', [[1], [2, 3]]],
    ['first', [1]],
    ['concat', [1, 2, 3]],
  ] as const)('joins by the policy %s', async (policy, output) => {
    const branches = [constant('a', [1]), constant('b', [2, 3])];
    const { engine } = await openFork(host, { branches, merge: { merge: policy } });
    expect((await engine.runOne('go')).output).toEqual(output);
  });

  it('joins objects field by field with deep_merge', async () => {
    const branches = [constant('a', { x: { y: 1 }, same: 2 }), constant('b', { x: { z: 3 }, same: 2 })];
    const { engine } = await openFork(host, { branches, merge: { merge: 'deep_merge' } });
    expect((await engine.runOne('go')).output).toEqual({ x: { y: 1, z: 3 }, same: 2 });
  });

  it.each([
    ['first', { x: { y: 1 } }],
    ['last', { x: { y: 2 } }],
  ] as const)('settles a conflict of deep_merge as on_conflict says: %s', async (on_conflict, output) => {
    const branches = [constant('a', { x: { y: 1 } }), constant('b', { x: { y: 2 } })];
    const { engine } = await openFork(host, { branches, merge: { merge: 'deep_merge', on_conflict } });
    expect((await engine.runOne('go')).output).toEqual(output);
  });

  it('fails at a conflict of deep_merge and names the place', async () => {
    const branches = [constant('a', { x: { y: 1 } }), constant('b', { x: { y: 2 } })];
    const { engine } = await openFork(host, { branches, merge: { merge: 'deep_merge' } });
    const { status, failures } = await engine.runOne('go');
    expect([status, failures]).toEqual([
      'failed',
      [
        {
          code: 'config.merge',
          message: 'Two branches give different values at "/x/y".',
          hint: 'Set on_conflict to first or last, or use merge: dict.',
          details: { at: '/x/y' },
          category: 'config',
          retryable: false,
          stage: 'join',
          node: 'join',
          node_type: 'merge',
          pipeline: 'main',
          attempt: 1,
        },
      ],
    ]);
  });

  it('fails when concat meets what is no list', async () => {
    const branches = [constant('a', [1]), constant('b', 'two')];
    const { engine } = await openFork(host, { branches, merge: { merge: 'concat' } });
    const { status, failures } = await engine.runOne('go');
    expect([status, failures.map(({ code, message }) => `${code}: ${message}`)]).toEqual([
      'failed',
      ['config.merge: The output of "b" is no list, so it cannot be joined to the others.'],
    ]);
  });

  it('is partial when a merge goes on without a branch that failed', async () => {
    const { engine } = await openFork(host, {
      branches: [constant('a', 'fine'), { id: 'b', type: 'tool', tool: 'broken' }],
      merge: { on_branch_failure: 'continue' },
      tools: { broken },
      after: { id: 'report', type: 'transform', output: { got: '${{ output }}', b: '${{ stages.b.status }}' } },
    });
    const result = await engine.runOne('go');
    expect([result.status, result.output]).toEqual(['partial', { got: { a: 'fine' }, b: 'failed' }]);
    expect(result.failures.map(({ node, code }) => [node, code])).toEqual([['b', 'tool.failed']]);
  });

  it('fails a merge whose branch failed, once all of them have ended', async () => {
    const { engine } = await openFork(host, {
      branches: [{ id: 'b', type: 'tool', tool: 'broken' }, constant('a', 'fine')],
      tools: { broken },
      after: { id: 'report', type: 'transform', output: '${{ output }}' },
    });
    const result = await engine.runOne('go');
    expect([result.status, result.output]).toEqual(['failed', null]);
    expect(outcome(result).toSorted()).toEqual(['a done', 'b failed', 'join failed', 'report failed', 'start done']);
    expect(stageOf(result, 'join').failure).toEqual({
      code: 'branch_failed.merge',
      message: 'A branch that "join" needs has failed.',
      category: 'branch_failed',
      retryable: false,
      stage: 'join',
      node: 'join',
      node_type: 'merge',
      pipeline: 'main',
      attempt: 1,
    });
  });

  it('stops the branches that are left when the first one arrives and the rest is not needed', async () => {
    const stopped: string[] = [];
    const { engine } = await openFork(host, {
      branches: [
        { id: 'fast', type: 'tool', tool: 'fast' },
        { id: 'slow', type: 'tool', tool: 'slow' },
      ],
      merge: { join: 'any', cancel_remaining: true, merge: 'first' },
      tools: {
        fast: () => 'fast',
        slow: (_, { signal }) =>
          new Promise(() => signal.addEventListener('abort', () => stopped.push('slow'), { once: true })),
      },
    });
    const result = await engine.runOne('go');
    expect([result.status, result.output, stopped]).toEqual(['completed', 'fast', ['slow']]);
    expect(outcome(result).toSorted()).toEqual(['fast done', 'join done', 'slow cancelled', 'start done']);
  });

  it('says what a quorum lacks', async () => {
    const { engine } = await openFork(host, {
      branches: [
        constant('a', 1),
        { id: 'b', type: 'tool', tool: 'broken' },
        { id: 'c', type: 'tool', tool: 'broken' },
      ],
      merge: { join: 'quorum', quorum: 2 },
      tools: { broken },
    });
    const result = await engine.runOne('go');
    expect([result.status, stageOf(result, 'join').failure?.code]).toEqual(['failed', 'branch_failed.quorum']);
  });
}
