import { describe, expect, it } from 'vitest';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';
import { createTableStepper, type ChartInput } from '../../../src/machines/index.ts';
import { throughStorage } from '../../support/stored-snapshot.ts';
import { planWorkflow } from '../../support/workflow-subject.ts';

const workflow: WorkflowSpec = {
  id: 'plain',
  nodes: [
    { id: 'a', type: 'agent', agent: 'worker', retries: 1 },
    { id: 'toString', type: 'agent', agent: 'worker', timeout: '20s' },
  ],
  edges: [{ from: 'a', to: 'toString' }],
};

function begin() {
  const stepper = createTableStepper(planWorkflow(workflow).graph);
  return { stepper, first: stepper.init({ seed: 'task 1', maxParallel: 8, paused: false }) };
}

const done = (node: string): ChartInput => ({ type: 'stage.ended', node, end: { kind: 'done' } });

describe('the table stepper', () => {
  it('starts a stage together with the timer for its timeout', () => {
    const { stepper, first } = begin();
    expect(stepper.step(first.snapshot, done('a')).effects).toEqual([
      { kind: 'stop', node: 'a' },
      { kind: 'start', node: 'toString' },
      { kind: 'timer', id: 'timeout toString', node: 'toString', purpose: 'timeout', delayMs: 20_000 },
    ]);
  });

  it.each([
    'timeout a',
    'retry a',
    'retry toString',
    'timeout nobody',
    'another a',
    'a',
    '',
    'xstate.after.20000.a~running',
  ])('changes nothing for a timer that it did not set: "%s"', (id) => {
    const { stepper, first } = begin();
    expect(stepper.step(first.snapshot, { type: 'timer.fired', id })).toEqual({
      snapshot: first.snapshot,
      effects: [],
    });
  });

  it.each(['toString', 'nobody', 'constructor'])('changes nothing for "%s", which does not run', (node) => {
    const { stepper, first } = begin();
    expect(stepper.step(first.snapshot, done(node))).toEqual({ snapshot: first.snapshot, effects: [] });
  });

  it('changes nothing after the task has ended', () => {
    const { stepper, first } = begin();
    const last = stepper.step(stepper.step(first.snapshot, done('a')).snapshot, done('toString')).snapshot;
    expect(last).toMatchObject({ status: 'done', value: 'completed' });
    expect(stepper.step(last, { type: 'task.cancel' })).toEqual({ snapshot: last, effects: [] });
  });

  it('begins with the state that a host stores, and goes on from it', () => {
    const { stepper, first } = begin();
    expect(first).toMatchObject({ snapshot: { status: 'active', value: 'running' } });
    expect(throughStorage(stepper, first.snapshot)).toEqual(first.snapshot);
  });

  it('asks for nothing when it is paused', () => {
    const { stepper, first } = begin();
    expect(stepper.step(first.snapshot, { type: 'task.pause' }).effects).toEqual([]);
  });

  it('knows no timers but timeouts and retries', () => {
    const { stepper, first } = begin();
    const { snapshot } = stepper.step(first.snapshot, done('a'));
    const fired = stepper.step(snapshot, { type: 'timer.fired', id: 'another toString' });
    expect(fired).toEqual({ snapshot, effects: [] });
  });

  it('clears the wait of a stage that is cancelled before its next attempt', () => {
    const { stepper, first } = begin();
    const broken = { kind: 'failed', category: 'json', retryable: true } as const;
    const { snapshot } = stepper.step(first.snapshot, { type: 'stage.ended', node: 'a', end: broken });
    expect(stepper.step(snapshot, { type: 'task.cancel' }).effects).toEqual([{ kind: 'clear', id: 'retry a' }]);
  });
});
