import { describe, expect, it } from 'vitest';
import { everyWorkflow, type WorkflowShape } from '../support/every-workflow.ts';
import { exploreWorkflow } from '../support/explore-workflow.ts';
import { isExhaustive, propertyTimeoutMs } from '../support/property-settings.ts';

type Setting = Omit<WorkflowShape, 'nodes' | 'kinds'>;

/** Joins and policies that every graph is tried with. */
const settings = {
  'merges that wait for all': { merge: {}, terminal: 'end' },
  'merges that tolerate failed branches': { merge: { on_branch_failure: 'continue' }, terminal: 'stage' },
  'merges that wait for any': { merge: { join: 'any' }, terminal: 'end' },
  'merges that wait for any and cancel the rest': { merge: { join: 'any', cancel_remaining: true }, terminal: 'stage' },
  'merges that want a quorum of two': {
    merge: { join: 'quorum', quorum: 2, on_short: 'run', cancel_remaining: true },
    terminal: 'stage',
  },
  'a run that the first end closes': { merge: { join: 'any' }, terminal: 'stage', exit: 'first' },
  'a run that fails fast': { merge: { on_branch_failure: 'continue' }, terminal: 'end', failFast: true },
  'failures that the run goes past': { merge: {}, terminal: 'stage', onFailure: 'continue_partial' },
  'failures that the run goes past until the first end': {
    merge: { on_branch_failure: 'continue' },
    terminal: 'end',
    onFailure: 'skip',
    exit: 'first',
    failFast: true,
  },
} as const satisfies Record<string, Setting>;

const table = Object.entries<Setting>(settings).map(([name, setting]) => ({ name, setting }));

interface Totals {
  readonly graphs: number;
  readonly disagreements: readonly string[];
  readonly areExplored: boolean;
}

/** Tries every workflow of a shape. */
function exploreAll(shape: WorkflowShape): Totals {
  const disagreements: string[] = [];
  let [graphs, states, steps] = [0, 0, 0];
  for (const workflow of everyWorkflow(shape)) {
    const found = exploreWorkflow(workflow);
    graphs += 1;
    states += found.states;
    steps += found.steps;
    if (disagreements.length < 5) disagreements.push(...found.disagreements);
  }
  // Every graph has a first state, a last one, and at least the two ways in which its entry can end.
  return { graphs, disagreements, areExplored: states >= 2 * graphs && steps >= 2 * graphs };
}

describe(
  'chart, kernel and reference interpreter agree on every workflow, outcome and order',
  { timeout: propertyTimeoutMs },
  () => {
    it.each(table)('of four nodes and four kinds of edges, with $name', ({ setting }) => {
      const totals = exploreAll({ ...setting, nodes: 4, kinds: 'nefc' });
      expect(totals).toEqual({ graphs: 3_823, disagreements: [], areExplored: true });
    });

    it('of four nodes and four kinds of edges, with joins that are no merges', () => {
      const totals = exploreAll({ terminal: 'stage', nodes: 4, kinds: 'nefc' });
      expect(totals).toEqual({ graphs: 3_823, disagreements: [], areExplored: true });
    });

    // Five nodes take many minutes, so they run behind `npm run test:exhaustive`.
    it.runIf(isExhaustive).each(table)('of five nodes with normal and error edges, with $name', ({ setting }) => {
      const totals = exploreAll({ ...setting, nodes: 5, kinds: 'ne' });
      expect(totals).toEqual({ graphs: 33_280, disagreements: [], areExplored: true });
    });

    // The same.
    it.runIf(isExhaustive).each(table)('of five nodes with normal and conditional edges, with $name', ({ setting }) => {
      const totals = exploreAll({ ...setting, nodes: 5, kinds: 'nc' });
      expect(totals).toEqual({ graphs: 3_441, disagreements: [], areExplored: true });
    });
  },
);
