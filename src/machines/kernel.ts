import {
  emptyControl,
  isOver,
  setStatus,
  setToken,
  statusOf,
  tokenOf,
  type ControlState,
  type Draft,
  type Token,
} from './control.ts';
import { isTerminal, type GraphEdge, type GraphNode, type WorkflowGraph } from './graph.ts';
import { effectiveOutcome, isUnhandled, routeTokens, type Outcome, type Resolution } from './routes.ts';

/*
 * Token semantics of a workflow: pure, without XState. A stage that ends puts one token on each of its outbound edges;
 * joins fire and dead paths are eliminated until nothing changes any more.
 */

export interface Settled {
  readonly control: ControlState;
  /** Nodes that became ready, in the order in which they did. */
  readonly started: readonly GraphNode[];
  /** Nodes that were ready and are no longer: the one that ended, and those that were cancelled. */
  readonly stopped: readonly GraphNode[];
}

interface Work {
  readonly graph: WorkflowGraph;
  readonly draft: Draft;
  readonly started: GraphNode[];
  readonly stopped: GraphNode[];
  readonly resolved: { readonly node: GraphNode; readonly resolution: Resolution }[];
  readonly touched: GraphNode[];
}

/** The state in which only the entry is ready. An entry that is an end closes the run at once. */
export function startControl(graph: WorkflowGraph): Settled {
  const work = newWork(graph, emptyControl(graph));
  run(work, graph.entry);
  return finish(work);
}

/** The state after the stage of a node ended. A result for a node that is not ready is late and changes nothing. */
export function settle(
  graph: WorkflowGraph,
  control: ControlState,
  ended: { node: GraphNode; outcome: Outcome },
): Settled {
  if (statusOf(control, ended.node) !== 'ready') return { control, started: [], stopped: [] };
  const work = newWork(graph, control);
  const outcome = effectiveOutcome(ended.node, ended.outcome);
  work.stopped.push(ended.node);
  resolve(work, ended.node, outcome);
  if (outcome.kind === 'done' && isTerminal(ended.node)) closeIfFirst(work);
  propagate(work);
  return finish(work);
}

function newWork(graph: WorkflowGraph, control: ControlState): Work {
  return { graph, draft: { ...control }, started: [], stopped: [], resolved: [], touched: [] };
}

function finish(work: Work): Settled {
  const started = work.started.filter((node) => statusOf(work.draft, node) === 'ready');
  return { control: work.draft, started, stopped: work.stopped };
}

function resolve(work: Work, node: GraphNode, outcome: Outcome): void {
  setStatus(work.draft, node, outcome.kind);
  work.resolved.push({ node, resolution: outcome });
  if (outcome.kind !== 'failed' || !work.graph.failFast) return;
  if (isUnhandled(node, outcome.category) && !node.isFailureAbsorbed) endNow(work, 'failure');
}

/** Hands out tokens and decides the nodes they reach until all is quiet. */
function propagate(work: Work): void {
  handOutAll(work);
  for (let node = work.touched.shift(); node !== undefined; node = work.touched.shift()) {
    if (statusOf(work.draft, node) !== 'pending') continue; // late arrival, or the run was ended
    decide(work, node);
    handOutAll(work);
  }
}

function handOutAll(work: Work): void {
  for (let next = work.resolved.shift(); next !== undefined; next = work.resolved.shift()) {
    const tokenFor = routeTokens(next.node, next.resolution);
    for (const edge of next.node.outbound) {
      setToken(work.draft, edge, tokenFor(edge));
      work.touched.push(edge.to);
    }
  }
}

function decide(work: Work, node: GraphNode): void {
  switch (joinDecision(node, (edge) => tokenOf(work.draft, edge))) {
    case 'wait':
      return;
    case 'run':
      return run(work, node);
    case 'skip':
      setStatus(work.draft, node, 'skipped');
      work.resolved.push({ node, resolution: { kind: 'skipped' } });
      return;
    case 'fail':
      return fail(work, node);
  }
}

function run(work: Work, node: GraphNode): void {
  if (node.closes === undefined) {
    setStatus(work.draft, node, 'ready');
    work.started.push(node);
  } else {
    setStatus(work.draft, node, 'done');
    closeIfFirst(work);
  }
  for (const other of node.onlyVia) if (isOpen(work.draft, other)) cancel(work, other);
}

/** A branch failed and nobody before this node took it. */
function fail(work: Work, node: GraphNode): void {
  if (ownsBranchFailure(node, (edge) => tokenOf(work.draft, edge))) {
    resolve(work, node, { kind: 'failed', category: 'branch_failed' });
    return;
  }
  setStatus(work.draft, node, isTerminal(node) ? 'failed' : 'skipped');
  work.resolved.push({ node, resolution: { kind: 'passed_over' } });
}

function cancel(work: Work, node: GraphNode): void {
  close(work, node);
  work.resolved.push({ node, resolution: { kind: 'skipped' } });
}

/** A node that is stopped in the step in which it became ready has never been started. */
function close(work: Work, node: GraphNode): void {
  if (statusOf(work.draft, node) === 'ready' && !work.started.includes(node)) work.stopped.push(node);
  setStatus(work.draft, node, 'cancelled');
}

function closeIfFirst(work: Work): void {
  if (work.graph.exit === 'first') endNow(work, 'exit');
}

/** Nothing stays open, so nothing that still arrives can start anything. */
function endNow(work: Work, reason: 'exit' | 'failure'): void {
  work.draft.ended = reason;
  for (const node of work.graph.order) if (isOpen(work.draft, node)) close(work, node);
}

function isOpen(control: ControlState, node: GraphNode): boolean {
  const status = statusOf(control, node);
  return status === 'pending' || status === 'ready';
}

/** The state after the task was cancelled: whatever was open is cancelled. */
export function cancelAll(graph: WorkflowGraph, control: ControlState): ControlState {
  const work = newWork(graph, control);
  for (const node of graph.order) if (isOpen(work.draft, node)) close(work, node);
  return work.draft;
}

type JoinDecision = 'wait' | 'run' | 'skip' | 'fail';

/** What a pending node does about the tokens that have reached it. */
export function joinDecision(node: GraphNode, token: (edge: GraphEdge) => Token): JoinDecision {
  if (node.join.mode === 'all') return decideAll(node, token);
  const { live, failed, unresolved } = countTokens(node, token);
  const needed = node.join.mode === 'any' ? 1 : Math.min(node.join.quorum, node.inbound.length);
  if (live >= needed) return 'run';
  if (unresolved > 0) return 'wait'; // a short quorum is reported when all have arrived, so that timing does not matter
  if (live === 0 && failed === 0) return 'skip';
  return live > 0 && node.join.onShort === 'run' ? 'run' : 'fail';
}

function decideAll(node: GraphNode, token: (edge: GraphEdge) => Token): JoinDecision {
  // Backwards, because branches mostly end in their order: the first look then finds the one that is still open.
  for (let at = node.inbound.length - 1; at >= 0; at -= 1) {
    const edge = node.inbound[at];
    if (edge !== undefined && token(edge) === 'unresolved') return 'wait';
  }
  const { live, failed } = countTokens(node, token);
  if (failed > 0 && node.join.onBranchFailure === 'fail') return 'fail';
  if (live > 0) return 'run';
  return failed > 0 ? 'fail' : 'skip';
}

function countTokens(node: GraphNode, token: (edge: GraphEdge) => Token): Record<Token, number> {
  const counts = { live: 0, dead: 0, failed: 0, unresolved: 0 };
  for (const edge of node.inbound) counts[token(edge)] += 1;
  return counts;
}

/**
 * Scope rule: a merge fails on its own account, so that its error and fallback edges apply, when the failure arose
 * between its fork (the immediate dominator) and itself. One from before the fork passes through it.
 */
export function ownsBranchFailure(node: GraphNode, token: (edge: GraphEdge) => Token): boolean {
  return node.isMerge && (node.dominator?.outbound.some((edge) => token(edge) === 'live') ?? false);
}

export type Verdict = 'active' | 'completed' | 'partial' | 'failed';

/** How a run ended: by its ends alone, so it does not depend on the order in which stages ended. */
export function verdictOf(graph: WorkflowGraph, control: ControlState): Verdict {
  if (!isOver(control)) return 'active';
  if (control.ended === 'failure') return 'failed';
  let isDone = false;
  for (const node of graph.nodes) {
    if (!isTerminal(node)) continue;
    const status = statusOf(control, node);
    if (status === 'failed' && !isTaken(control, node)) return 'failed';
    if (status === 'done' && node.closes === 'failure') return 'failed';
    if (status === 'done') isDone = true;
  }
  if (!isDone) return 'failed';
  return graph.nodes.some((node) => toleratedFailure(control, node)) ? 'partial' : 'completed';
}

/** An error or fallback edge of its own took the failure of a node. */
function isTaken(control: ControlState, node: GraphNode): boolean {
  return node.outbound.some((edge) => tokenOf(control, edge) === 'live');
}

/** A merge that ran although a branch of it had failed. */
function toleratedFailure(control: ControlState, node: GraphNode): boolean {
  if (!node.isMerge || statusOf(control, node) !== 'done') return false;
  return node.inbound.some((edge) => tokenOf(control, edge) === 'failed');
}
