import { describe, expect, it } from 'vitest';
import {
  createTableStepper,
  type ChartInput,
  type StageEnd,
  type WorkflowContext,
} from '../../../src/machines/index.ts';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';
import { compileWorkflow } from '../../support/workflow-subject.ts';

const stage = (id: string) => ({ id, type: 'agent', agent: 'worker', retries: 2, backoff: '0ms' }) as const;

const fork: WorkflowSpec = {
  id: 'fork',
  nodes: [
    stage('a'),
    stage('b'),
    stage('c'),
    stage('d'),
    { id: 'm', type: 'merge', join: 'any', cancel_remaining: true },
  ],
  edges: [
    { from: 'a', to: 'b' },
    { from: 'a', to: 'c' },
    { from: 'a', to: 'd' },
    { from: 'b', to: 'm' },
    { from: 'c', to: 'm' },
    { from: 'd', to: 'm' },
  ],
};

const done: StageEnd = { kind: 'done' };
const broken: StageEnd = { kind: 'failed', category: 'json', retryable: true, retryAfterMs: 50 };
const refused: StageEnd = { kind: 'failed', category: 'json', retryable: false };
const ended = (node: string, end: StageEnd): ChartInput => ({ type: 'stage.ended', node, end });
const again = (node: string): ChartInput => ({ type: 'timer.fired', id: `retry ${node}` });

/** What is counted after these events. */
function countsAfter(
  by: 'chart' | 'table',
  ...events: readonly ChartInput[]
): Pick<WorkflowContext, 'attempts' | 'waits'> {
  const { graph, stepper: chartStepper } = compileWorkflow(fork);
  const stepper = by === 'chart' ? chartStepper : createTableStepper(graph);
  let { snapshot } = stepper.init({ seed: 'task 1', maxParallel: 8, paused: false });
  for (const event of [ended('a', done), ...events]) snapshot = stepper.step(snapshot, event).snapshot;
  const { attempts, waits } = snapshot.context;
  return { attempts, waits };
}

describe.each(['chart', 'table'] as const)('what the %s counts of attempts', (by) => {
  it('is each failed attempt, and the wait before the next until it starts', () => {
    const twice = [ended('b', broken), ended('c', broken)];
    expect(countsAfter(by, ...twice)).toEqual({ attempts: { b: 1, c: 1 }, waits: { b: 50, c: 50 } });
    expect(countsAfter(by, ...twice, again('b'))).toEqual({ attempts: { b: 1, c: 1 }, waits: { c: 50 } });
    expect(countsAfter(by, ...twice, again('b'), ended('b', broken))).toEqual({
      attempts: { b: 2, c: 1 },
      waits: { b: 50, c: 50 },
    });
  });

  it('is forgotten with the stage that is over, and kept for others', () => {
    const events = [ended('b', broken), ended('c', broken), again('b'), ended('b', refused)];
    expect(countsAfter(by, ...events)).toEqual({ attempts: { c: 1 }, waits: { c: 50 } });
  });

  it('is forgotten for all stages that are cancelled, those that never failed among them', () => {
    expect(countsAfter(by, ended('b', broken), ended('c', done))).toEqual({ attempts: {}, waits: {} });
  });
});
