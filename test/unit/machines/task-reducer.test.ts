import { describe, expect, it } from 'vitest';
import { resumeCommands, type StageEnd } from '../../../src/machines/index.ts';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';
import { drawTask, told } from '../../support/task-drawing.ts';
import { drawWorkflow, end, merge } from '../../support/workflow-drawing.ts';

const chain = drawWorkflow({ edges: 'a -> b' });
const fork = drawWorkflow({ edges: 'a -> b\na -> c' });
const broken = { kind: 'failed', category: 'json', retryable: true } as const satisfies StageEnd;
const refused = { kind: 'failed', category: 'tool', retryable: false } as const satisfies StageEnd;

const stubborn: WorkflowSpec = {
  id: 'stubborn',
  nodes: [{ id: 'a', type: 'agent', agent: 'worker', retries: 2, timeout: '20s', backoff: '0ms' }],
};

describe('a task that is submitted', () => {
  it('asks for its first stage, and is pending until it is started', () => {
    const { first } = drawTask(chain);
    const stage = { kind: 'stage', token: '0.a', node: 'a', attempt: 1, arrivals: [] };
    expect(first.commands).toEqual([{ do: 'run_stage', stage }]);
    expect(first.state).toMatchObject({ seq: 0, status: 'pending' });
    expect([...first.state.pending]).toEqual([['a', stage]]);
  });

  it('is over at once when there is nothing to do', () => {
    const { first } = drawTask({ id: 'nothing', nodes: [{ id: 'a', type: 'end' }] });
    expect(first.commands).toEqual([{ do: 'finish', status: 'completed' }]);
    expect(first.state).toMatchObject({ seq: 0, status: 'completed' });
  });

  it('sets deadlines from the time at which it is submitted', () => {
    const { first } = drawTask(stubborn, { at: 1_000 });
    expect(first.commands).toContainEqual({
      do: 'start_timer',
      id: 'timeout a',
      timer: { kind: 'timer', token: '0.timeout a', node: 'a', purpose: 'timeout', due_at: 21_000 },
    });
  });

  it('is started once', () => {
    const task = drawTask(chain);
    expect(told(task.order('start').commands)).toEqual([]);
    expect(task.state()).toMatchObject({ seq: 1, status: 'running' });
    expect(task.deliver({ kind: 'control', command: 'start' })).toBe('stale');
  });
});

describe('a result', () => {
  it('asks for the stages that follow, each with what came along its edges', () => {
    const { end: finish } = drawTask(drawWorkflow({ edges: 'a -> b\na -error-> b\nb -> c' }));
    expect(finish('a').commands).toEqual([
      {
        do: 'run_stage',
        stage: {
          kind: 'stage',
          token: '1.b',
          node: 'b',
          attempt: 1,
          arrivals: [
            { from: 'a', edge: 'a->b', token: 'live' },
            { from: 'a', edge: 'a->b!', token: 'dead' },
          ],
        },
      },
    ]);
  });

  it.each([
    ['of a stage that has given its result', { node: 'a', token: '0.a' }],
    ['under another token', { node: 'b', token: '0.b' }],
    ['of a stage that has not begun', { node: 'c', token: '1.c' }],
    ['of no stage at all', { node: 'nobody', token: '1.nobody' }],
  ] as const)('%s is late and changes nothing', (_, named) => {
    const task = drawTask(drawWorkflow({ edges: 'a -> b\nb -> c' }));
    task.end('a');
    const before = task.state();
    expect(task.deliver({ kind: 'result', ...named, end: { kind: 'done' } })).toBe('stale');
    expect(task.state()).toBe(before);
  });

  it('leaves the state that it came to as it was', () => {
    const task = drawTask(chain);
    const before = task.state();
    task.end('a');
    expect([...before.pending.keys()]).toEqual(['a']);
    expect([...task.state().pending.keys()]).toEqual(['b']);
  });

  it('clears the deadline of its stage', () => {
    const task = drawTask(stubborn);
    expect(told(task.end('a').commands)).toEqual(['clear timeout a', 'finish completed']);
    expect(task.state().pending.size).toBe(0);
  });

  it('of a failed attempt sets the wait, and the end of the wait the next attempt under a token of its own', () => {
    const task = drawTask(stubborn);
    expect(told(task.end('a', { ...broken, retryAfterMs: 700 }, 100).commands)).toEqual([
      'clear timeout a',
      'set retry a at 800',
    ]);
    expect(told(task.fire('retry a', 900).commands)).toEqual(['run a #2', 'set timeout a at 20900']);
    expect([task.token('a'), task.token('timeout a')]).toEqual(['2.a', '2.timeout a']);
    expect(task.deliver({ kind: 'timer', id: 'retry a', token: '1.retry a' })).toBe('stale');
  });

  it('aborts the stages that a join cancels', () => {
    const race = drawWorkflow({
      nodes: { m: { ...merge, join: 'any', cancel_remaining: true } },
      edges: 'a -> b\na -> c\nb -> m\nc -> m',
    });
    const task = drawTask(race);
    task.end('a');
    const { commands } = task.end('b');
    expect(told(commands)).toEqual(['abort c', 'run m #1']);
    expect([...task.state().pending.keys()]).toEqual(['m']);
  });
});

describe('a task that is over', () => {
  it.each([
    ['completed', chain, [['a'], ['b']]],
    ['failed', chain, [['a', refused]]],
    [
      'partial',
      drawWorkflow({
        nodes: { m: { ...merge, on_branch_failure: 'continue' } },
        edges: 'a -> b\na -> c\nb -> m\nc -> m',
      }),
      [['a'], ['b', refused], ['c'], ['m']],
    ],
  ] as const)('says that it is %s', (status, workflow, ends) => {
    const task = drawTask(workflow);
    const last = ends.map(([node, how]) => task.end(node, how)).at(-1);
    expect(last?.commands).toContainEqual({ do: 'finish', status });
    expect(task.state()).toMatchObject({ seq: ends.length, status });
    expect(task.deliver({ kind: 'control', command: 'cancel' })).toBe('stale');
  });

  it('aborts what is at work and clears what waits when it is cancelled', () => {
    const task = drawTask(drawWorkflow({ edges: 'a -> b\na -> c' }));
    task.order('start');
    task.end('a');
    expect(told(task.order('cancel').commands)).toEqual(['abort b', 'abort c', 'finish cancelled']);
    expect(task.state()).toMatchObject({ status: 'cancelled', pending: new Map() });
  });

  it('has nothing left that waits when its first end closes it', () => {
    const race = drawWorkflow({ nodes: { x: end }, edges: 'a -> b\na -> c\nb -> x', exit: 'first' });
    const task = drawTask(race);
    task.end('a');
    expect(told(task.end('b').commands)).toEqual(['abort c', 'finish completed']);
    expect(task.state().pending.size).toBe(0);
  });
});

describe('orders to a task', () => {
  it('hold stages back and let them through', () => {
    const task = drawTask(fork);
    task.order('start');
    expect(told(task.order('pause').commands)).toEqual([]);
    expect(told(task.end('a').commands)).toEqual([]);
    expect(task.state()).toMatchObject({ seq: 3, status: 'paused' });
    expect(told(task.order('step').commands)).toEqual(['run b #1']);
    expect(told(task.order('resume').commands)).toEqual(['run c #1']);
    expect(task.state()).toMatchObject({ seq: 5, status: 'running' });
  });
});

describe('what has to be done again after a restart', () => {
  it('is to run the stages in flight under their old tokens, and to set timers to their old deadlines', () => {
    const task = drawTask(
      {
        id: 'wide',
        nodes: [...stubborn.nodes, { id: 'b', type: 'agent', agent: 'worker' }, { id: 'c', type: 'feedback' }],
        edges: [
          { from: 'b', to: 'a' },
          { from: 'b', to: 'c' },
        ],
      },
      { at: 0 },
    );
    task.end('b', { kind: 'done' }, 500);
    const { pending } = task.state();
    expect(resumeCommands(task.state())).toEqual([
      { do: 'run_stage', stage: pending.get('a') },
      { do: 'start_timer', id: 'timeout a', timer: pending.get('timeout a') },
    ]);
    expect([pending.get('c')?.token, pending.get('timeout a')]).toEqual([
      '1.c',
      { kind: 'timer', token: '1.timeout a', node: 'a', purpose: 'timeout', due_at: 20_500 },
    ]);
  });
});
