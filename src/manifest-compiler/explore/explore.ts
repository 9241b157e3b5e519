import type { GraphEdge, Outcome, Verdict, WorkflowGraph } from '../../machines/index.ts';
import { finalRun } from './final-run.ts';
import { isMet, listTargets, type Criterion, type Goal, type Target } from './goals.ts';
import { orderedRun, type Step } from './ordered-run.ts';
import { countPaths } from './paths.ts';
import type { PlayedRun } from './played-run.ts';
import { searchTarget, targetCone, type SearchLimits, type SearchResult } from './search.ts';
import { createSpace, type Space } from './space.ts';
import { isLiveOn, waysOf } from './ways.ts';

/** How a stage ends in a scenario. */
export interface ScenarioStep {
  readonly node: string;
  readonly outcome: Outcome;
}

/** One run of a workflow, told by how its stages end. Plain JSON. */
export interface Scenario {
  /** What it was made for; it may meet others too. */
  readonly goal: Goal;
  /** Stages that run, in the order in which they end. Where order cannot matter, this is the topological one. */
  readonly steps: readonly ScenarioStep[];
  /** Nodes that ran to their end, ends of the workflow among them. */
  readonly trace: readonly string[];
  /** Ids of the edges that were taken, in the order of the file. */
  readonly live: readonly string[];
  readonly verdict: Verdict;
}

export interface ExploreOptions {
  /** Positions that the search for one goal may look at before it is given up as undecided. Default: 10,000. */
  readonly limit?: number;
  /** Ways through the workflow up to which the criterion "paths" lists them. Default: 10,000. */
  readonly pathLimit?: number;
}

export interface Exploration {
  readonly criterion: Criterion;
  readonly scenarios: readonly Scenario[];
  /** Goals that no run can meet. */
  readonly infeasible: readonly Goal[];
  /** Goals of which the search could not tell within its limit. */
  readonly undecided: readonly Goal[];
  /** How many goals there were. */
  readonly goals: number;
  /** Ways through the workflow, when they are too many to be listed; then nothing was looked for. */
  readonly unlisted?: bigint;
}

const defaultLimit = 10_000;
const defaultPathLimit = 10_000;

/** Nodes and edges looked at by all searches of one exploration: about two seconds of work. */
const searchBudget = 6_000_000;

interface Work {
  readonly space: Space;
  readonly limits: SearchLimits;
}

/**
 * Builds runs that together meet every goal of a criterion that some run can meet, and proves of the others that none
 * can. The same workflow gives the same scenarios.
 */
export function explore(graph: WorkflowGraph, criterion: Criterion, options: ExploreOptions = {}): Exploration {
  const pathCount = criterion === 'paths' ? countPaths(graph) : 0n;
  const isTooMuch = pathCount > BigInt(options.pathLimit ?? defaultPathLimit);
  const space = createSpace(graph);
  const limits = { positions: options.limit ?? defaultLimit, budget: { left: searchBudget } };
  const targets = isTooMuch ? [] : [...listTargets(space, criterion)];
  return {
    criterion,
    ...meetAll({ space, limits }, targets),
    goals: targets.length,
    ...(isTooMuch && { unlisted: pathCount }),
  };
}

/** Which nodes never run and which edges are never taken, as far as a search within these limits can tell. */
export function exploreParts(space: Space, limits: SearchLimits): Pick<Exploration, 'infeasible' | 'undecided'> {
  return meetAll({ space, limits }, [...listTargets(space, 'nodes'), ...listTargets(space, 'edges')]);
}

function meetAll(work: Work, targets: readonly Target[]): Pick<Exploration, 'scenarios' | 'infeasible' | 'undecided'> {
  const scenarios: Scenario[] = [];
  const infeasible: Goal[] = [];
  const undecided: Goal[] = [];
  const open = new Set(targets);
  for (const target of open) {
    const found = meet(work, target);
    if (found === 'impossible') infeasible.push(target.goal);
    else if (found === 'undecided') undecided.push(target.goal);
    else {
      scenarios.push(scenarioOf(work.space, target.goal, found));
      close(work, open, found);
    }
    open.delete(target);
  }
  return { scenarios, infeasible, undecided };
}

function close({ space }: Work, open: Set<Target>, run: PlayedRun): void {
  for (const target of open) if (isMet(space, target, run)) open.delete(target);
}

/** A run that meets a goal: a likely one if it does, else what a search finds. */
function meet({ space, limits }: Work, target: Target): PlayedRun | 'impossible' | 'undecided' {
  if (!isConceivable(space, target)) return 'impossible';
  const chosen = likelyWays(space, target);
  const likely = space.isOrdered ? orderedRun(space, { chosen, first: targetCone(target) }) : finalRun(space, chosen);
  if (isMet(space, target, likely)) return likely;
  const result: SearchResult = searchTarget(space, target, { chosen, limits });
  if (result.kind !== 'found') return result.kind;
  return playSteps(space, result.steps);
}

function isConceivable({ possible }: Space, { edges, node }: Target): boolean {
  return edges.every((edge) => possible.live.has(edge)) && (node === undefined || possible.runs.has(node));
}

/** What was found, and then the usual. */
function playSteps(space: Space, steps: readonly Step[]): PlayedRun {
  const chosen = usualWays(space);
  for (const { node, way } of steps) chosen[node.index] = way;
  return space.isOrdered ? orderedRun(space, { chosen, steps }) : finalRun(space, chosen);
}

function usualWays({ table }: Space): number[] {
  return table.map((ways) => ways.usual);
}

/** The usual ways, but for those along the edges of a goal and on the way to it. */
function likelyWays(space: Space, { edges, node, accepts }: Target): readonly number[] {
  const chosen = usualWays(space);
  const fixed = new Set<number>();
  const fix = (index: number, way: number): void => {
    if (way < 0 || fixed.has(index)) return;
    fixed.add(index);
    chosen[index] = way;
  };
  if (node !== undefined) {
    const { ended, usual } = waysOf(space.table, node);
    const isUsual = ended[usual] !== undefined && accepts(ended[usual].outcome);
    fix(node.index, isUsual ? usual : ended.findIndex(({ outcome }) => accepts(outcome)));
  }
  for (const edge of edges) fix(edge.from.index, wayAlong(space, edge));
  let at = edges[0]?.from ?? node;
  while (at !== undefined) {
    const edge = space.approach[at.index];
    if (edge !== undefined) fix(edge.from.index, wayAlong(space, edge));
    at = edge?.from;
  }
  return chosen;
}

function wayAlong({ table }: Space, edge: GraphEdge): number {
  const { ended, usual } = waysOf(table, edge.from);
  const isUsual = ended[usual] !== undefined && isLiveOn(ended[usual], edge);
  return isUsual ? usual : ended.findIndex((way) => isLiveOn(way, edge));
}

function scenarioOf({ graph, table }: Space, goal: Goal, run: PlayedRun): Scenario {
  const steps = run.order.flatMap((node): readonly ScenarioStep[] => {
    const outcome = waysOf(table, node).ended[run.ways[node.index] ?? -1]?.outcome;
    return node.closes !== undefined || outcome === undefined ? [] : [{ node: node.id, outcome }];
  });
  const live = graph.edges.filter((edge) => run.tokens[edge.index] === 'live').map((edge) => edge.id);
  return { goal, steps, trace: run.order.map((node) => node.id), live, verdict: run.verdict };
}
