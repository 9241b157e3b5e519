import { emptyControl, setStatus, setToken, statusOf, tokenOf, type ControlState, type Draft } from './control.ts';
import { isTerminal, type GraphNode, type WorkflowGraph } from './graph.ts';
import { joinDecision, ownsBranchFailure } from './joins.ts';
import { effectiveOutcome, isTolerated, isUnhandled, routeTokens, type Outcome, type Resolution } from './routes.ts';

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
  if (outcome.kind === 'done' || isTolerated(node, outcome.category)) {
    if (isTerminal(node)) closeIfFirst(work);
    return;
  }
  if (!work.graph.failFast) return;
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
