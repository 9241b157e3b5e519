import { describe, expect, it } from 'vitest';
import type { DeclaredNodeSpec } from '../../../src/manifest/index.ts';
import { argument, openProject, type OpenEngine, type TestTools } from '../../support/engine-fixture.ts';

type RepeatNode = Extract<DeclaredNodeSpec, { type: 'repeat' }>;
type Fields = Partial<Omit<RepeatNode, 'id' | 'type'>>;

/** Counts on from its input. */
const counting: Fields = { node: { type: 'transform', output: '${{ input + 1 }}' } };

async function openRepeat(fields: Fields, tools: TestTools = {}): Promise<OpenEngine> {
  return openProject(
    {
      workflow: {
        nodes: [
          { id: 'again', type: 'repeat', max_iterations: 4, ...fields },
          { id: 'fine', type: 'end' },
          { id: 'broken', type: 'end', output: '${{ [error.code, error.message] }}' },
        ],
        edges: [
          { from: 'again', to: 'fine' },
          { from: 'again', to: 'broken', type: 'error' },
        ],
      },
      tools,
    },
    { host: 'memory' },
  );
}

const childrenOf = ({ events }: OpenEngine): string[] =>
  events.flatMap(({ type, taskId, parentTaskId }) =>
    type === 'task.created' && parentTaskId !== undefined ? [taskId] : [],
  );

describe('a repeat', () => {
  it('runs until its condition holds, and gives what the last iteration gave', async () => {
    const opened = await openRepeat({ ...counting, until: 'output >= 12' });
    expect(await opened.engine.runOne(10, { id: 'task' })).toMatchObject({ status: 'completed', output: 12 });
    expect(childrenOf(opened)).toEqual(['task/again.1', 'task/again.2']);
  });

  it('counts its iterations from 1, for its condition, its input and its body', async () => {
    const opened = await openRepeat({
      until: 'iteration == 3',
      input: '${{ [iteration, output] }}',
      node: { type: 'transform', output: '${{ [iteration, input] }}' },
    });
    expect((await opened.engine.runOne('first')).output).toEqual([3, [3, [2, [2, [1, [1, 'first']]]]]]);
  });

  it('gives the first iteration the output before it, and the others that of the one before', async () => {
    const opened = await openRepeat({ until: 'iteration == 3', node: { type: 'transform', output: ['${{ input }}'] } });
    expect((await opened.engine.runOne('first')).output).toEqual([[['first']]]);
  });

  it('fails when its condition never held', async () => {
    const opened = await openRepeat({ ...counting, until: 'output > 100' });
    const { output } = await opened.engine.runOne(0);
    expect(output).toEqual([
      'branch_failed.exhausted',
      'The repeat "again" came to its end after 4 iterations, and its condition did not hold.',
    ]);
    expect(childrenOf(opened)).toHaveLength(4);
  });

  it.each([[{ until: 'output > 100', on_exhausted: 'accept' }], [{}]] as const)(
    'takes what the last iteration gave where that is enough: %j',
    async (fields) => {
      const opened = await openRepeat({ ...counting, ...fields });
      expect(await opened.engine.runOne(0)).toMatchObject({ status: 'completed', output: 4 });
    },
  );

  it('is a partial success where its condition never held and that is what was asked for', async () => {
    const opened = await openRepeat({ ...counting, until: 'output > 100', on_exhausted: 'partial' });
    expect(await opened.engine.runOne(0)).toMatchObject({ status: 'partial', output: 4, failures: [] });
    const ended = await openRepeat({ ...counting, until: 'output >= 4', on_exhausted: 'partial' });
    expect(await ended.engine.runOne(0)).toMatchObject({ status: 'completed', output: 4 });
  });

  it('ends with the first iteration that fails', async () => {
    const opened = await openRepeat(
      { node: { type: 'tool', tool: 'work' }, until: 'false' },
      {
        work: (_, { attempt }) => {
          if (attempt === 2) throw new Error('No.');
          return attempt;
        },
      },
    );
    const { status, output } = await opened.engine.runOne(0);
    expect([status, output]).toEqual([
      'completed',
      ['tool.failed', 'Iteration 2 of "again" failed: Tool "work" failed: No.'],
    ]);
    expect(opened.calls).toHaveLength(2);
  });

  it.each([
    ['output.missing', /^config\.expression$/u, /missing/u],
    ['output', /^config\.expression$/u, /gave a number, where true or false is needed/u],
    ['dyn(null)', /^config\.expression$/u, /gave null, where true or false is needed/u],
    ['1 / 0 == 1', /^config\.expression$/u, /./u],
  ])('fails when its condition %j gives no answer', async (until, code, message) => {
    const { engine } = await openRepeat({ node: { type: 'transform', output: '${{ input }}' }, until });
    const { status, output } = await engine.runOne(7);
    expect([status, output]).toEqual(['completed', [expect.stringMatching(code), expect.stringMatching(message)]]);
  });

  it('fails when the input of an iteration cannot be made', async () => {
    const opened = await openRepeat({ ...counting, input: '${{ iteration == 1 ? 5 : output.name }}', until: 'false' });
    const { output } = await opened.engine.runOne(0);
    expect(output).toEqual(['config.expression', expect.any(String)]);
    expect(childrenOf(opened)).toHaveLength(1);
  });

  it('is partial when an iteration was', async () => {
    const inner = { type: 'map', items: [1, 2], on_item_failure: 'continue' };
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            {
              id: 'again',
              type: 'repeat',
              max_iterations: 3,
              until: 'iteration == 3',
              node: { ...inner, node: { type: 'transform', output: '${{ 1 / (item - 1) }}' } },
            },
          ],
        },
      },
      { host: 'memory' },
    );
    expect(await engine.runOne(0)).toMatchObject({
      status: 'partial',
      output: [{ ok: false }, { ok: true, output: 1 }],
    });
  });

  it('lets others have their turn while it repeats', async () => {
    const { engine } = await openRepeat({ ...counting, max_iterations: 400 });
    const order: string[] = [];
    const note = async (name: string, run: Promise<unknown>): Promise<void> => {
      await run;
      order.push(name);
    };
    const short = await openRepeat({ ...counting, max_iterations: 1 });
    await Promise.all([note('long', engine.runOne(0)), note('short', short.engine.runOne(0))]);
    expect(order).toEqual(['short', 'long']);
  });

  it('begins anew with its next attempt, and adds up what both attempts did', async () => {
    const keys: string[] = [];
    const { engine, clock, events } = await openProject(
      {
        workflow: {
          nodes: [
            {
              id: 'again',
              type: 'repeat',
              max_iterations: 2,
              retries: 1,
              backoff: '1s',
              node: { type: 'tool', tool: 'work', arguments: { at: '${{ iteration }}' }, retries: 0 },
            },
          ],
        },
        tools: {
          work: (arguments_, { attempt, idempotencyKey }) => {
            keys.push(idempotencyKey);
            if (attempt === 2) throw new Error('Once.');
            return argument(arguments_, 'at');
          },
        },
      },
      { host: 'local' },
    );
    const result = await clock.outcomeOf(engine.runOne('go', { id: 'task' }));
    expect([result.status, result.output]).toEqual(['completed', 2]);
    const created = events.flatMap(({ type, taskId }) => (type === 'task.created' ? [taskId] : []));
    expect(created).toEqual(['task', 'task/again.1', 'task/again.2', 'task/again~2.1', 'task/again~2.2']);
    expect(new Set(keys).size).toBe(4);
  });
});

describe('a repeat in a map', () => {
  it('sees the item beside its iteration only as its input', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            {
              id: 'each',
              type: 'map',
              items: '${{ input }}',
              node: {
                type: 'repeat',
                max_iterations: 5,
                until: 'output >= 10',
                input: '${{ iteration == 1 ? item : output }}',
                node: { type: 'transform', output: '${{ input * 2 + iteration }}' },
              },
            },
          ],
        },
      },
      { host: 'memory' },
    );
    expect((await engine.runOne([1, 4])).output).toEqual([
      { index: 0, ok: true, output: 19 },
      { index: 1, ok: true, output: 20 },
    ]);
  });
});
