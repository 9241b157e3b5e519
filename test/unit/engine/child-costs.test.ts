import { describe, expect, it } from 'vitest';
import { storedTask } from '../../../src/engine/index.ts';
import { openProject, untilStopped, type TestProject } from '../../support/engine-fixture.ts';

const offline = {
  engine: { models: { small: { provider: 'offline' as const } } },
  agents: { writer: { prompt: 'Say {{ input }}', model: 'small' } },
};

describe('a repeat whose condition fails', () => {
  it('reports what its iterations have cost', async () => {
    const repeat = {
      id: 'again',
      type: 'repeat',
      max_iterations: 3,
      node: { type: 'agent', agent: 'writer' },
    } as const;
    const costOf = async (fields: object): Promise<object> => {
      const project = { ...offline, workflow: { nodes: [{ ...repeat, ...fields }] } };
      const { engine } = await openProject(project, { host: 'memory' });
      const { status, usage } = await engine.runOne('hello', { id: 'task' });
      return { status, usage };
    };
    const once = await costOf({ max_iterations: 1, on_exhausted: 'accept' });
    expect(once).not.toMatchObject({ usage: { total_tokens: 0 } });
    expect(await costOf({ until: 'output.missing == 1' })).toEqual({ ...once, status: 'failed' });
  });
});

describe('a child task at work', () => {
  const workflow: TestProject['workflow'] = {
    nodes: [{ id: 'call', type: 'workflow', workflow: 'inner.json' }],
  };
  const inner = {
    id: 'inner',
    nodes: [
      { id: 'start', type: 'transform', output: 1 },
      { id: 'ask', type: 'feedback' },
      { id: 'work', type: 'tool', tool: 'work' },
    ],
    edges: [
      { from: 'start', to: 'ask' },
      { from: 'start', to: 'work' },
    ],
  };
  const files = { 'inner.json': JSON.stringify({ workflow: inner }) };

  it('is not paused by itself: the stage above would take it up at once', async () => {
    const tools = { work: (_: unknown, { signal }: { signal: AbortSignal }) => untilStopped(signal) };
    const { engine, clock, calls } = await openProject({ workflow, files, tools }, { host: 'memory' });
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => calls.length === 1);
    await expect(engine.pauseTask('task/call')).rejects.toMatchObject({
      code: 'TASK_NOT_AT_WORK',
      hint: 'Pause the task above it: "task".',
    });
    void engine.cancelTask('task');
    expect((await running).status).toBe('cancelled');
  });

  it('shows its question in the state file as the engine does, also when it is paused', async () => {
    const gate = Promise.withResolvers<string>();
    const opened = await openProject({ workflow, files, tools: { work: () => gate.promise } }, { host: 'local' });
    const { engine, clock, calls, directory } = opened;
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => calls.length === 1);
    void engine.pauseTask('task');
    gate.resolve('worked');
    expect((await running).status).toBe('paused');
    expect(engine.questions('task')).toMatchObject([{ task: 'task/call', stage: 'ask' }]);
    expect((await storedTask(directory, 'task')).questions).toEqual(engine.questions('task'));
  });
});
