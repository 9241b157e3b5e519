import { describe, expect, it } from 'vitest';
import { isTaskOver, resumeCommands } from '../../../src/machines/index.ts';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';
import { drawTask, told } from '../../support/task-drawing.ts';
import { drawWorkflow } from '../../support/workflow-drawing.ts';

const question = { type: 'feedback' } as const;
const asking = drawWorkflow({ nodes: { ask: question }, edges: 'a -> ask\na -> b\nask -> c' });

const patient: WorkflowSpec = {
  id: 'patient',
  nodes: [
    { id: 'ask', type: 'feedback', timeout: '1h', default: 'approve' },
    { id: 'next', type: 'agent', agent: 'worker' },
    { id: 'late', type: 'agent', agent: 'worker' },
  ],
  edges: [
    { from: 'ask', to: 'next' },
    { from: 'ask', to: 'late', type: 'error' },
  ],
};

describe('a task with a question', () => {
  it('is running as long as anything of it is at work, and then waiting', () => {
    const task = drawTask(asking);
    task.order('start');
    expect(told(task.end('a').commands)).toEqual(['run ask #1', 'run b #1']);
    expect(task.state().status).toBe('running');
    task.end('b');
    expect(task.state().status).toBe('waiting');
    expect(isTaskOver(task.state().status)).toBe(false);
    expect(told(task.end('ask').commands)).toEqual(['run c #1']);
    expect(task.state().status).toBe('running');
  });

  it('notes that the stage waits, and asks nobody again after a restart', () => {
    const task = drawTask(drawWorkflow({ nodes: { ask: question }, edges: 'ask -> c' }));
    expect(task.state().pending.get('ask')).toEqual({
      kind: 'stage',
      token: '0.ask',
      node: 'ask',
      attempt: 1,
      arrivals: [],
      waiting: true,
    });
    expect(resumeCommands(task.state())).toEqual([]);
  });

  it('is paused, not waiting, when it was told to pause', () => {
    const task = drawTask(drawWorkflow({ nodes: { ask: question }, edges: 'ask -> c' }));
    task.order('start');
    expect(task.state().status).toBe('waiting');
    expect(task.order('pause').state.status).toBe('paused');
    const resumed = task.order('resume');
    expect([told(resumed.commands), resumed.state.status]).toEqual([[], 'waiting']);
  });

  it('waits while the deadline of the question runs, and goes on with the default when time is up', () => {
    const task = drawTask(patient);
    task.order('start');
    expect(task.state().status).toBe('waiting');
    expect(told(task.fire('timeout ask').commands)).toEqual(['abort ask', 'run next #1']);
    expect(task.state().status).toBe('running');
  });

  it('fails the question when time is up and it has no default', () => {
    const [ask, ...others] = patient.nodes;
    const task = drawTask({ ...patient, nodes: [{ id: ask?.id ?? '', type: 'feedback', timeout: '1h' }, ...others] });
    expect(told(task.fire('timeout ask').commands)).toEqual(['abort ask', 'run late #1']);
  });
});

describe('a stage whose child tasks wait', () => {
  const fork = drawWorkflow({ nodes: { ask: question }, edges: 'a -> b\na -> c\na -> ask' });

  it('makes the task wait when nothing else is at work, and is started again under its token by a resume', () => {
    const task = drawTask(fork);
    task.order('start');
    task.end('a');
    const stage = task.state().pending.get('b');
    expect(told(task.waits('b').commands)).toEqual([]);
    expect(task.state().pending.get('b')).toEqual({ ...stage, waiting: true });
    expect(task.state().status).toBe('running');
    task.end('c');
    expect(task.state().status).toBe('waiting');
    expect(resumeCommands(task.state())).toEqual([]);
    const { commands, state } = task.order('resume');
    expect(commands).toEqual([{ do: 'run_stage', stage }]);
    expect(state.pending.get('b')).toEqual(stage);
    expect(Object.keys(state.pending.get('b') ?? {})).not.toContain('waiting');
    expect(state.status).toBe('running');
  });

  it('is started before the stages that the gate lets through', () => {
    const task = drawTask(drawWorkflow({ edges: 'a -> b\na -> c\na -> d' }), { maxParallel: 2 });
    task.end('a');
    task.waits('b');
    task.order('pause');
    task.end('c');
    expect(told(task.order('resume').commands)).toEqual(['run b #1', 'run d #1']);
  });

  it.each(['pause', 'step'] as const)('is left alone by the order "%s"', (command) => {
    const task = drawTask(drawWorkflow({ edges: 'a -> b' }));
    task.waits('a');
    expect(told(task.order(command).commands)).toEqual([]);
    expect(task.state().pending.get('a')).toMatchObject({ waiting: true });
  });

  it('may still give its result', () => {
    const task = drawTask(drawWorkflow({ edges: 'a -> b' }));
    task.order('start');
    task.waits('a');
    expect(told(task.end('a').commands)).toEqual(['run b #1']);
    expect(task.state().status).toBe('running');
  });

  it('is not noted under another token', () => {
    const task = drawTask(drawWorkflow({ edges: 'a -> b' }));
    expect(task.deliver({ kind: 'waits', node: 'a', token: '7.a' })).toBe('stale');
    expect(task.deliver({ kind: 'waits', node: 'b', token: '0.b' })).toBe('stale');
  });
});

describe('a task that waits for its next attempt', () => {
  it('is running, for there is work to come', () => {
    const task = drawTask({
      id: 'again',
      nodes: [
        { id: 'a', type: 'agent', agent: 'worker' },
        { id: 'ask', type: 'feedback', timeout: '1h' },
        { id: 'b', type: 'agent', agent: 'worker', retries: 1, backoff: '1s' },
      ],
      edges: [
        { from: 'a', to: 'ask' },
        { from: 'a', to: 'b' },
      ],
    });
    task.order('start');
    task.end('a');
    task.end('b', { kind: 'failed', category: 'json', retryable: true });
    expect(task.state().status).toBe('running');
    task.fire('retry b');
    task.end('b');
    expect(task.state().status).toBe('waiting');
  });
});
