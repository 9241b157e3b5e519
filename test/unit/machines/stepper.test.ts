import { describe, expect, it } from 'vitest';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';
import { storeSnapshot, type ChartInput, type StageEnd, type Stepped } from '../../../src/machines/index.ts';
import { throughStorage } from '../../support/stored-snapshot.ts';
import { drawWorkflow, merge } from '../../support/workflow-drawing.ts';
import { stagesIn } from '../../support/workflow-observation.ts';
import { compileWorkflow } from '../../support/workflow-subject.ts';

const done = { kind: 'done' } as const satisfies StageEnd;
const broken = { kind: 'failed', category: 'json', retryable: true } as const satisfies StageEnd;
const refused = { kind: 'failed', category: 'permission', retryable: false } as const satisfies StageEnd;

function ended(node: string, end: StageEnd = done): ChartInput {
  return { type: 'stage.ended', node, end };
}

interface Start {
  readonly maxParallel?: number;
  readonly paused?: boolean;
}

/** A compiled workflow after these events. */
function begin(workflow: WorkflowSpec, { maxParallel = 8, paused = false }: Start = {}) {
  const { stepper, chart } = compileWorkflow(workflow);
  const first = stepper.init({ seed: 'task 1', maxParallel, paused });
  const after = (...events: readonly ChartInput[]): Stepped =>
    events.reduce<Stepped>(({ snapshot }, event) => stepper.step(snapshot, event), first);
  const statesAfter = (...events: readonly ChartInput[]) =>
    Object.fromEntries(stagesIn(chart, after(...events).snapshot));
  return { stepper, first, after, statesAfter };
}

const chain = drawWorkflow({ edges: 'a -> b' });
const fork = drawWorkflow({ edges: 'a -> b\na -> c\na -> d' });
const stubborn: WorkflowSpec = {
  id: 'stubborn',
  nodes: [
    { id: 'a', type: 'agent', agent: 'worker', retries: 1, timeout: '20s', backoff: '1s' },
    { id: 'b', type: 'end' },
    { id: 'c', type: 'agent', agent: 'worker' },
  ],
  edges: [
    { from: 'a', to: 'b' },
    { from: 'a', to: 'c', type: 'error', on: ['timeout'] },
  ],
};
const timeout = 'timeout a';
const retry = 'retry a';

describe('a step', () => {
  it('starts the entry', () => {
    expect(begin(chain).first.effects).toEqual([{ kind: 'start', node: 'a' }]);
  });

  it('stops the stage that ended and starts those that follow', () => {
    expect(begin(fork).after(ended('a')).effects).toEqual([
      { kind: 'stop', node: 'a' },
      { kind: 'start', node: 'b' },
      { kind: 'start', node: 'c' },
      { kind: 'start', node: 'd' },
    ]);
  });

  it('ends the machine in the state that is the verdict', () => {
    const { snapshot, effects } = begin(chain).after(ended('a'), ended('b'));
    expect({ status: snapshot.status, value: snapshot.value, effects }).toEqual({
      status: 'done',
      value: 'completed',
      effects: [{ kind: 'stop', node: 'b' }],
    });
  });

  it('stops the stages that a join cancels', () => {
    const race = drawWorkflow({
      nodes: { m: { ...merge, join: 'any', cancel_remaining: true } },
      edges: 'a -> b\na -> c\nb -> m\nc -> m',
    });
    const { effects } = begin(race).after(ended('a'), ended('b'));
    expect(effects.filter(({ kind }) => kind === 'stop')).toEqual([
      { kind: 'stop', node: 'b' },
      { kind: 'stop', node: 'c' },
    ]);
    expect(effects.filter(({ kind }) => kind !== 'stop')).toEqual([{ kind: 'start', node: 'm' }]);
  });

  it.each([
    ['a stage that has not started', ended('b')],
    ['a node that there is none of', ended('nobody')],
    ['a node with the name of a method of every object', ended('toString')],
    ['a timer that was never set', { type: 'timer.fired', id: 'timeout zzz' }],
  ] as const)('changes nothing for %s', (_, event) => {
    const { first, after } = begin(chain);
    const stepped = after(event);
    expect(stepped.effects).toEqual([]);
    expect(storeSnapshot(stepped.snapshot)).toEqual(storeSnapshot(first.snapshot));
  });

  it('changes nothing after the machine has ended', () => {
    const { after } = begin(chain);
    const last = after(ended('a'), ended('b'));
    const more = after(ended('a'), ended('b'), ended('b'), { type: 'task.cancel' });
    expect(storeSnapshot(more.snapshot)).toEqual(storeSnapshot(last.snapshot));
    expect(more.effects).toEqual([]);
  });

  it('leaves the snapshot that it starts from as it was, so that a task can be forked', () => {
    const { stepper, first, after } = begin(fork);
    const before = JSON.stringify(storeSnapshot(first.snapshot));
    const once = after(ended('a'));
    stepper.step(first.snapshot, ended('a', refused));
    expect(JSON.stringify(storeSnapshot(first.snapshot))).toBe(before);
    expect(after(ended('a'))).toEqual(once);
  });

  it('can start from a stored snapshot', () => {
    const { stepper, after } = begin(fork);
    const loaded = throughStorage(stepper, after(ended('a')).snapshot);
    const next = stepper.step(loaded, ended('c'));
    const expected = after(ended('a'), ended('c'));
    expect(storeSnapshot(next.snapshot)).toEqual(storeSnapshot(expected.snapshot));
    expect(next.effects).toEqual(expected.effects);
  });
});

describe('attempts of a stage', () => {
  it('sets a timer for the timeout and clears it when the stage ends', () => {
    const { first, after } = begin(stubborn);
    expect(first.effects).toContainEqual({
      kind: 'timer',
      id: timeout,
      node: 'a',
      purpose: 'timeout',
      delayMs: 20_000,
    });
    expect(after(ended('a')).effects).toEqual([
      { kind: 'stop', node: 'a' },
      { kind: 'clear', id: timeout },
    ]);
  });

  it('waits before it tries again', () => {
    const { effects, snapshot } = begin(stubborn).after(ended('a', broken));
    const timers = effects.filter((effect) => effect.kind === 'timer');
    expect(effects.filter((effect) => effect.kind !== 'timer')).toEqual([
      { kind: 'stop', node: 'a' },
      { kind: 'clear', id: timeout },
    ]);
    expect(timers).toEqual([
      { kind: 'timer', id: retry, node: 'a', purpose: 'retry', delayMs: snapshot.context.waits['a'] },
    ]);
  });

  it('waits as long as the other side asked', () => {
    const { effects } = begin(stubborn).after(ended('a', { ...broken, retryAfterMs: 5_000 }));
    expect(effects).toContainEqual({ kind: 'timer', id: retry, node: 'a', purpose: 'retry', delayMs: 5_000 });
  });

  it('starts the stage again, with a new timeout, when the wait is over', () => {
    const { effects } = begin(stubborn).after(ended('a', broken), { type: 'timer.fired', id: retry });
    expect(effects.filter(({ kind }) => kind !== 'clear')).toEqual([
      { kind: 'timer', id: timeout, node: 'a', purpose: 'timeout', delayMs: 20_000 },
      { kind: 'start', node: 'a' },
    ]);
  });

  it('gives up when the retries are used up', () => {
    const again = begin(stubborn).after(ended('a', broken), { type: 'timer.fired', id: retry }, ended('a', broken));
    expect(again.snapshot.value).toBe('failed');
    expect([again.snapshot.context.attempts, again.snapshot.context.waits]).toEqual([{}, {}]);
  });

  it('does not try again what cannot succeed', () => {
    expect(begin(stubborn).after(ended('a', refused)).snapshot.value).toBe('failed');
  });

  it('takes time that ran out for a failure of its own category', () => {
    const { statesAfter } = begin(stubborn);
    const [late, again] = [
      { type: 'timer.fired', id: timeout },
      { type: 'timer.fired', id: retry },
    ] as const;
    expect(statesAfter(late)).toEqual({ a: 'retrying' });
    expect(statesAfter(late, again, late)).toEqual({ c: 'running' });
  });

  it('takes no notice of a result that comes while it waits', () => {
    const { statesAfter } = begin(stubborn);
    expect(statesAfter(ended('a', broken), ended('a'))).toEqual({ a: 'retrying' });
  });

  it.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'main'])(
    'counts them for a node called "%s"',
    (id) => {
      const workflow: WorkflowSpec = { id: 'named', nodes: [{ id, type: 'agent', agent: 'worker', retries: 2 }] };
      const { snapshot } = begin(workflow).after(ended(id, broken));
      expect(snapshot.context.attempts).toEqual({ [id]: 1 });
      expect(snapshot.value).toEqual({ running: { [id]: 'retrying' } });
    },
  );
});

describe('orders of an operator', () => {
  it('start nothing new once the task is paused', () => {
    const { after, statesAfter } = begin(fork);
    expect(after({ type: 'task.pause' }, ended('a')).effects).toEqual([{ kind: 'stop', node: 'a' }]);
    expect(statesAfter({ type: 'task.pause' }, ended('a'))).toEqual({ b: 'ready', c: 'ready', d: 'ready' });
  });

  it('let one stage through at a step', () => {
    const { effects } = begin(fork, { paused: true }).after({ type: 'task.step' });
    expect(effects).toEqual([{ kind: 'start', node: 'a' }]);
  });

  it('let all through that the limit allows when the task is resumed', () => {
    const { effects } = begin(fork, { maxParallel: 2 }).after({ type: 'task.pause' }, ended('a'), {
      type: 'task.resume',
    });
    expect(effects).toEqual([
      { kind: 'start', node: 'b' },
      { kind: 'start', node: 'c' },
    ]);
  });

  it('stop whatever runs or waits when the task is cancelled', () => {
    const { after } = begin(stubborn);
    expect(after({ type: 'task.cancel' })).toMatchObject({
      snapshot: { status: 'done', value: 'cancelled', context: { control: { statuses: 'ccc' } } },
      effects: [
        { kind: 'stop', node: 'a' },
        { kind: 'clear', id: timeout },
      ],
    });
    expect(after(ended('a', broken), { type: 'task.cancel' }).effects).toEqual([{ kind: 'clear', id: retry }]);
  });
});
