import type { WorkflowGraph } from '../../machines/index.ts';
import type { Scenario } from './explore.ts';
import { listTargets, type Criterion, type Target } from './goals.ts';
import { createSpace } from './space.ts';

/** How many goals of a criterion a set of scenarios meets. For paths: count them first. */
export function countCovered(graph: WorkflowGraph, criterion: Criterion, scenarios: readonly Scenario[]): number {
  const runs = scenarios.map(({ steps, trace, live }) => ({
    outcomes: new Map(steps.map(({ node, outcome }) => [node, outcome])),
    ran: new Set(trace),
    live: new Set(live),
  }));
  const isMet = ({ edges, node, accepts }: Target): boolean =>
    runs.some(({ live, ran, outcomes }) => {
      if (!edges.every((edge) => live.has(edge.id))) return false;
      if (node === undefined) return true;
      const outcome = outcomes.get(node.id);
      return ran.has(node.id) && accepts(outcome ?? { kind: 'done' });
    });
  let covered = 0;
  for (const target of listTargets(createSpace(graph), criterion)) if (isMet(target)) covered += 1;
  return covered;
}
