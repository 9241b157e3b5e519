import type { Goal } from '../../src/manifest-compiler/explore/index.ts';
import type { WorkflowSpec } from '../../src/manifest/index.ts';
import type { WorkflowGraph } from '../../src/machines/index.ts';
import { firstRun, nextRun, readyIn, type ReferenceOutcome, type ReferenceRun } from './reference-interpreter.ts';
import type { WorkflowReading } from './reference-reading.ts';
import { choicesOf } from './workflow-script.ts';

/** A run that is over, by the reference interpreter: its tokens, and how its stages ended, by the place of the node. */
export interface FinishedRun {
  readonly run: ReferenceRun;
  readonly outcomes: ReadonlyMap<number, ReferenceOutcome>;
}

/** Every way in which the runs of a workflow can end: every outcome of every stage, in every order. */
export function everyRun(workflow: WorkflowSpec, reading: WorkflowReading): readonly FinishedRun[] {
  const finished: FinishedRun[] = [];
  const seen = new Set<string>();
  const open: FinishedRun[] = [{ run: firstRun(reading), outcomes: new Map() }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const key = JSON.stringify([at.run, [...at.outcomes].toSorted(([one], [other]) => one - other)]);
    if (seen.has(key)) continue;
    seen.add(key);
    const ready = at.run.ended === undefined ? readyIn(at.run) : [];
    if (ready.length === 0) finished.push(at);
    for (const node of ready) {
      for (const outcome of outcomesOf(workflow, node)) {
        const outcomes = new Map([...at.outcomes, [node, outcome]]);
        open.push({ run: nextRun(reading, at.run, { node, outcome }), outcomes });
      }
    }
  }
  return finished;
}

/** The failures that generated edges name, and one that none does. What comes from joins no stage reports. */
function outcomesOf(workflow: WorkflowSpec, place: number): readonly ReferenceOutcome[] {
  const categories = ['tool', 'timeout', 'json', 'internal'];
  const node = workflow.nodes[place];
  if (node?.type !== 'decision') return [{ kind: 'done' }, ...categories.map(failed)];
  const chosen = choicesOf(workflow, node.id).map((choice): ReferenceOutcome => ({ kind: 'done', choice }));
  return [{ kind: 'done' }, ...chosen, ...[...categories, 'routing'].map(failed)];
}

function failed(category: string): ReferenceOutcome {
  return { kind: 'failed', category };
}

/** Whether a finished run does what a goal asks for. */
export function meetsGoal(graph: WorkflowGraph, { run, outcomes }: FinishedRun, goal: Goal): boolean {
  const isLive = (id: string): boolean => run.tokens[graph.edgeById.get(id)?.index ?? -1] === 'live';
  const placeOf = (id: string): number => graph.byId.get(id)?.index ?? -1;
  const isEnded = (id: string): boolean =>
    outcomes.has(placeOf(id)) || (graph.byId.get(id)?.closes !== undefined && run.statuses[placeOf(id)] === 'done');
  switch (goal.kind) {
    case 'node':
      return isEnded(goal.node);
    case 'edge':
      return isLive(goal.edge);
    case 'pair':
      return goal.edges.every(isLive);
    case 'path':
      return goal.edges.every(isLive) && isEnded(goal.last) && run.statuses[placeOf(goal.last)] === 'done';
    case 'outcome':
      return JSON.stringify(outcomes.get(placeOf(goal.node))) === JSON.stringify(goal.outcome);
  }
}
