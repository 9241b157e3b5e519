import {
  edgeParams,
  helperMark,
  runningId,
  stageChart,
  targetOf,
  type ChartState,
  type ChartTransition,
  type GraphEdge,
  type GraphNode,
  type StagePlace,
  type WorkflowGraph,
} from '../../machines/index.ts';
import type { Concurrency } from '../plan/concurrency.ts';
import { areApart, areExclusive, below, splitChildren, type Split } from './placement.ts';

/*
 * Lanes: the state hierarchy follows the dominator tree. Nodes that can never be active together share a compound state
 * (a lane) and are linked by transitions from node to node; a parallel state appears only where two nodes can really be
 * active together. An edge that crosses lanes is a guarded transition of the `join` state of its target.
 */

type Lane = Record<string, ChartState>;

/** Where a thread goes when it is over: to a join further on in its lane, or to the end of the lane. */
type Exit = GraphNode | string;

interface Placing {
  readonly node: GraphNode;
  readonly lane: Lane;
  readonly exits: readonly Exit[];
  /** Whether the thread may come to the node before it is known to run. */
  readonly isHead: boolean;
}

interface Builder {
  readonly concurrency: Concurrency;
  /** Nodes still to be placed. A list, not recursion: a chain may be thousands of nodes long. */
  readonly open: Placing[];
}

/** No id that a lane named after a node could have. */
const laneEnd = `${helperMark}end`;

/** The states of the workflow's main lane, from its entry to its end. */
export function buildLanes(graph: WorkflowGraph, concurrency: Concurrency): { initial: string; states: Lane } {
  const states: Lane = { [laneEnd]: { id: laneEnd, type: 'final' } };
  const builder: Builder = {
    concurrency,
    open: [{ node: graph.entry, lane: states, exits: [laneEnd], isHead: false }],
  };
  for (let placing = builder.open.pop(); placing !== undefined; placing = builder.open.pop()) place(builder, placing);
  return { initial: graph.entry.id, states };
}

function place(builder: Builder, placing: Placing): void {
  const { node, lane, exits } = placing;
  const split = splitChildren(node, builder.concurrency);
  const after = [...split.inSequence, ...exits];
  const onward =
    split.loose.length > 0
      ? placeBlock(builder, placing, { split, after })
      : placeBranches(builder, placing, { split, after });
  const next = split.loose.length > 0 ? undefined : after.find((exit) => mayFollow(builder, node, exit));
  for (const edge of node.outbound) if (edge.to === next) onward.push(follow(edge, edge.to.id));
  const waits = placing.isHead || node.inbound.length > 1;
  const certain = certainNext(node, split);
  lane[node.id] = stageChart(node, {
    waits,
    onward: [...onward, ...leave(builder, after, waits ? undefined : node)],
    ...(certain !== undefined && { next: certain }),
  });
  split.inSequence.forEach((join, at) => {
    builder.open.push({ node: join, lane, exits: [...split.inSequence.slice(at + 1), ...exits], isHead: true });
  });
}

/** Where a stage that is done certainly goes: one way on, to a node that nothing else leads to. */
function certainNext(node: GraphNode, split: Split): StagePlace['next'] {
  const [edge, ...others] = split.branches.get('done') ?? [];
  if (edge === undefined || others.length > 0 || node.isDecision || split.loose.length > 0) return undefined;
  if (node.outbound.filter((other) => other.kind === 'normal').length > 1) return undefined;
  const running = edge.to.closes === undefined ? { running: targetOf(runningId(edge.to)) } : {};
  return { target: targetOf(edge.to.id), ...running, others: joinsBehind(node, edge) };
}

/** Joins that may start because the other edges of a node turn out dead. */
function joinsBehind(node: GraphNode, taken: GraphEdge): number {
  const others = node.outbound.filter((edge) => edge !== taken).map((edge) => edge.to);
  const seen = new Set(others);
  for (const other of seen) for (const edge of other.outbound) seen.add(edge.to);
  return [...seen].filter((other) => other.inbound.length > 1 && other.closes === undefined).length;
}

interface Shape {
  readonly split: Split;
  readonly after: readonly Exit[];
}

/** No join is loose below the node: one branch follows in this lane, several of one outcome form a block. */
function placeBranches(builder: Builder, { node, lane }: Placing, { split, after }: Shape): ChartTransition[] {
  const onward: ChartTransition[] = [];
  let blocks = 0;
  for (const edges of split.branches.values()) {
    const [only] = edges;
    if (edges.length === 1 && only !== undefined) {
      onward.push(follow(only, only.to.id));
      builder.open.push({ node: only.to, lane, exits: after, isHead: false });
      continue;
    }
    blocks += 1;
    const key = `${node.id}${helperMark}fork${blocks === 1 ? '' : blocks}`;
    for (const edge of edges) onward.push(follow(edge, key));
    lane[key] = blockState(builder, { key, groups: edges.map((edge) => [edge]), joins: [], exits: after });
  }
  return onward;
}

/** Some joins below the node are active beside other nodes: they and the branches that lead to them form one block. */
function placeBlock(builder: Builder, { node, lane }: Placing, { split, after }: Shape): ChartTransition[] {
  const onward: ChartTransition[] = [];
  const key = `${node.id}${helperMark}fork`;
  const groups: GraphEdge[][] = [];
  const belowLoose = split.loose.flatMap((join) => below(join));
  for (const edges of split.branches.values()) {
    const [only] = edges;
    if (edges.length === 1 && only !== undefined && areExclusive(below(only.to), belowLoose, builder.concurrency)) {
      onward.push(follow(only, only.to.id));
      builder.open.push({ node: only.to, lane, exits: after, isHead: false });
      continue;
    }
    // Branches of different outcomes exclude each other, so the first of each can share a lane, the second too, …
    edges.forEach((edge, at) => {
      (groups[at] ??= []).push(edge);
      onward.push(follow(edge, key));
    });
  }
  lane[key] = blockState(builder, { key, groups, joins: split.loose, exits: after });
  onward.push({ guard: { type: 'anyTaken', params: { node: node.id } }, target: targetOf(key) });
  return onward;
}

interface Block {
  readonly key: string;
  /** First nodes of the lanes; those in one group exclude each other. */
  readonly groups: readonly (readonly GraphEdge[])[];
  /**
   * Joins that follow in a lane whose every member is resolved before them, or get a lane of their own. In topological
   * order, as nodes have those that they dominate: what a join waits for is placed before it.
   */
  readonly joins: readonly GraphNode[];
  readonly exits: readonly Exit[];
}

function blockState(builder: Builder, { key, groups, joins, exits }: Block): ChartState {
  const lanes = groups.map((first) => ({ first, later: new Array<GraphNode>() }));
  for (const join of joins) {
    const home = lanes.find(({ first, later }) =>
      [...first.map((edge) => edge.to), ...later].every((member) => mayPrecede(builder, member, join)),
    );
    if (home === undefined) lanes.push({ first: [], later: [join] });
    else home.later.push(join);
  }
  const regions: Lane = {};
  for (const { first, later } of lanes) {
    const name = (first[0]?.to ?? later[0])?.id ?? '';
    regions[`${name}${helperMark}lane`] = laneState(builder, { name, first, later });
  }
  return { id: key, type: 'parallel', states: regions, onDone: leave(builder, exits, undefined) };
}

function mayPrecede(builder: Builder, member: GraphNode, join: GraphNode): boolean {
  return builder.concurrency.waitsFor(join, member) && areApart(below(member), below(join), builder.concurrency);
}

interface LanePlan {
  readonly name: string;
  readonly first: readonly GraphEdge[];
  readonly later: readonly GraphNode[];
}

function laneState(builder: Builder, { name, first, later }: LanePlan): ChartState {
  const end = `${name}${helperMark}end`;
  const states: Lane = { [end]: { id: end, type: 'final' } };
  const exits = [...later, end];
  for (const { to } of first) builder.open.push({ node: to, lane: states, exits, isHead: first.length === 1 });
  later.forEach((join, at) => {
    builder.open.push({ node: join, lane: states, exits: [...later.slice(at + 1), end], isHead: true });
  });
  const id = `${name}${helperMark}lane`;
  if (first.length <= 1) return { id, initial: name, states };
  const pick = `${name}${helperMark}pick`;
  states[pick] = { always: [...first.map((edge) => follow(edge, edge.to.id)), ...leave(builder, exits, undefined)] };
  return { id, initial: pick, states };
}

function follow(edge: GraphEdge, target: string): ChartTransition {
  return { guard: { type: 'taken', params: edgeParams(edge) }, target: targetOf(target) };
}

/** Ways out of a lane's node: the first exit that may still run. `ran` is a node that certainly ran before. */
function leave(builder: Builder, exits: readonly Exit[], ran: GraphNode | undefined): readonly ChartTransition[] {
  return exits.flatMap((exit) => {
    if (typeof exit === 'string') return [{ target: targetOf(exit) }];
    if (ran !== undefined && !builder.concurrency.areCompatible(ran, exit)) return [];
    return [{ guard: { type: 'mayRun', params: { node: exit.id } }, target: targetOf(exit.id) }];
  });
}

function mayFollow(builder: Builder, node: GraphNode, exit: Exit): boolean {
  return typeof exit === 'string' || builder.concurrency.areCompatible(node, exit);
}
