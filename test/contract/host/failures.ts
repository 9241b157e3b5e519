import { expect, it } from 'vitest';
import { failureError } from '../../../src/errors/index.ts';
import { type HostKind, openProject } from '../../support/engine-fixture.ts';
import { outcome, stageOf } from '../../support/task-reading.ts';

const broken = (): never => {
  throw failureError({
    code: 'tool.exit_code',
    message: 'The command ended with 3.',
    hint: 'Look at its output.',
    details: { exit_code: 3 },
  });
};

const signature = {
  code: 'tool.exit_code',
  message: 'The command ended with 3.',
  hint: 'Look at its output.',
  details: { exit_code: 3 },
  category: 'tool',
  retryable: true,
  stage: 'work',
  node: 'work',
  node_type: 'tool',
  pipeline: 'main',
  attempt: 1,
} as const;

export function failureCases(host: HostKind): void {
  it('fails a task with the whole signature when no edge takes the failure', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'broken' },
            { id: 'next', type: 'transform', output: 1 },
          ],
          edges: [{ from: 'work', to: 'next' }],
        },
        tools: { broken },
      },
      { host },
    );
    const result = await engine.runOne('go', { id: 'lost' });
    expect([result.status, result.output, result.failures]).toEqual(['failed', null, [signature]]);
    expect(outcome(result)).toEqual(['work failed', 'next failed']);
    const view = await engine.showTask('lost');
    expect([view.status, view.failures]).toEqual(['failed', [signature]]);
    expect(engine.tasks({ status: ['failed'] }).map(({ id, status }) => [id, status])).toEqual([['lost', 'failed']]);
    expect(engine.tasks({ status: ['completed'] })).toEqual([]);
  });

  it('takes the error edge, behind which the failure can be named', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'broken' },
            { id: 'next', type: 'transform', output: 1 },
            {
              id: 'handle',
              type: 'transform',
              output: { code: '${{ error.code }}', exit: '${{ error.details.exit_code }}' },
            },
            { id: 'after', type: 'transform', output: { error: '${{ error }}', before: '${{ output }}' } },
          ],
          edges: [
            { from: 'work', to: 'next' },
            { from: 'work', to: 'handle', type: 'error', on: ['tool'] },
            { from: 'handle', to: 'after' },
          ],
        },
        tools: { broken },
      },
      { host },
    );
    const result = await engine.runOne('go');
    expect([result.status, result.output]).toEqual([
      'completed',
      { error: null, before: { code: 'tool.exit_code', exit: 3 } },
    ]);
    expect(outcome(result)).toEqual(['work failed', 'next skipped', 'handle done', 'after done']);
    expect([stageOf(result, 'work').failure, result.failures]).toEqual([signature, [signature]]);
  });

  it('leaves a failure to nobody when the error edge is for another category', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'broken' },
            { id: 'next', type: 'transform', output: 1 },
            { id: 'late', type: 'transform', output: 2 },
          ],
          edges: [
            { from: 'work', to: 'next' },
            { from: 'work', to: 'late', type: 'error', on: ['timeout'] },
          ],
        },
        tools: { broken },
      },
      { host },
    );
    const { status, failures } = await engine.runOne('go');
    expect([status, failures]).toEqual(['failed', [signature]]);
  });

  it('goes on over a fallback edge as if nothing had failed', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'broken' },
            { id: 'spare', type: 'tool', tool: 'spare' },
          ],
          edges: [{ from: 'work', to: 'spare', type: 'fallback' }],
        },
        tools: { broken, spare: () => 'spare' },
      },
      { host },
    );
    const result = await engine.runOne('go');
    expect([result.status, result.output, result.failures]).toEqual(['completed', 'spare', [signature]]);
  });

  it('lets a row of the fallback matrix stand in for each stage that fails', async () => {
    const { engine, calls } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'one', type: 'tool', tool: 'broken' },
            { id: 'two', type: 'tool', tool: 'broken' },
            { id: 'last', type: 'transform', output: { two: '${{ output }}', spare: '${{ stages.spare.output }}' } },
            { id: 'spare', type: 'tool', tool: 'spare', arguments: { failed: '${{ error.node }}' } },
          ],
          edges: [
            { from: 'one', to: 'two' },
            { from: 'two', to: 'last' },
          ],
        },
        pipelines: { fallbacks: [{ category: 'tool', stage_type: 'tool', to: 'spare' }] },
        tools: { broken, spare: (arguments_) => arguments_ },
      },
      { host },
    );
    const result = await engine.runOne('go');
    expect([result.status, result.output]).toEqual(['completed', { two: { failed: 'two' }, spare: { failed: 'two' } }]);
    expect(calls).toEqual(['broken', 'spare', 'broken', 'spare']);
    expect(outcome(result)).toEqual(['one failed', 'spare~~one done', 'two failed', 'spare~~two done', 'last done']);
  });

  it('puts the failure that nobody took first when others were taken', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'broken' },
            { id: 'handle', type: 'tool', tool: 'worse' },
            { id: 'next', type: 'transform', output: 1 },
          ],
          edges: [
            { from: 'work', to: 'next' },
            { from: 'work', to: 'handle', type: 'error' },
          ],
        },
        tools: {
          broken,
          worse: () => {
            throw new Error('No way out');
          },
        },
      },
      { host },
    );
    const result = await engine.runOne('go');
    expect([result.status, result.failures.map(({ node, code, message }) => [node, code, message])]).toEqual([
      'failed',
      [
        ['handle', 'tool.failed', 'Tool "worse" failed: No way out.'],
        ['work', 'tool.exit_code', 'The command ended with 3.'],
      ],
    ]);
  });

  it('fails a task that reaches an end for failures, and tells what led there', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'broken' },
            { id: 'next', type: 'transform', output: 1 },
            { id: 'give_up', type: 'end', status: 'failure', output: { gave_up_at: '${{ error.node }}' } },
          ],
          edges: [
            { from: 'work', to: 'next' },
            { from: 'work', to: 'give_up', type: 'error' },
          ],
        },
        tools: { broken },
      },
      { host },
    );
    const { status, output, failures } = await engine.runOne('go');
    expect([status, output, failures]).toEqual(['failed', { gave_up_at: 'work' }, [signature]]);
  });

  it('says that a tool has no handler', async () => {
    const { engine } = await openProject(
      {
        workflow: { nodes: [{ id: 'work', type: 'tool', tool: 'ghost' }] },
        tools: { other: () => 1 },
        toolSpecs: {},
        files: {
          'tools.json': JSON.stringify({ tools: { other: { type: 'registered' }, ghost: { type: 'registered' } } }),
        },
      },
      { host },
    );
    const { status, failures } = await engine.runOne('go');
    expect([status, failures.map(({ code, message, hint }) => [code, message, hint])]).toEqual([
      'failed',
      [
        [
          'config.invalid',
          'Tool "ghost" has no usable handler: none was registered.',
          'Call engine.registerTool("ghost", handler) before the task runs.',
        ],
      ],
    ]);
    expect(() => engine.registerTool('unknown', () => 1)).toThrow(
      expect.objectContaining({
        code: 'TOOL_NOT_REGISTERED',
        hint: 'Add "unknown: { type: registered }" to tools.yaml.',
      }),
    );
  });

  it('lets a failure stop everything at once when the workflow says fail_fast', async () => {
    const stopped: string[] = [];
    const { engine } = await openProject(
      {
        workflow: {
          fail_fast: true,
          nodes: [
            { id: 'start', type: 'transform', output: 1 },
            { id: 'slow', type: 'tool', tool: 'slow' },
            { id: 'work', type: 'tool', tool: 'broken' },
          ],
          edges: [
            { from: 'start', to: 'slow' },
            { from: 'start', to: 'work' },
          ],
        },
        tools: {
          broken,
          slow: (_, { signal }) =>
            new Promise(() => signal.addEventListener('abort', () => stopped.push('slow'), { once: true })),
        },
      },
      { host },
    );
    const result = await engine.runOne('go');
    expect([result.status, outcome(result), stopped]).toEqual([
      'failed',
      ['start done', 'slow cancelled', 'work failed'],
      ['slow'],
    ]);
  });
}
