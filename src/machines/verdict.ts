import { isOver, statusOf, tokenOf, type ControlState, type NodeStatus, type Token } from './control.ts';
import { isTerminal, type GraphEdge, type GraphNode, type WorkflowGraph } from './graph.ts';
import { isPassedOver } from './joins.ts';

export type Verdict = 'active' | 'completed' | 'partial' | 'failed';

/** How a run ended: by its ends alone, so it does not depend on the order in which stages ended. */
export function verdictOf(graph: WorkflowGraph, control: ControlState): Verdict {
  if (!isOver(control)) return 'active';
  if (control.ended === 'failure') return 'failed';
  let isDone = false;
  for (const node of graph.nodes) {
    const end = isTerminal(node) ? endOf(control, node) : undefined;
    if (end === 'failed') return 'failed';
    if (end === 'done') isDone = true;
  }
  if (!isDone) return 'failed';
  return graph.nodes.some((node) => toleratedFailure(control, node)) ? 'partial' : 'completed';
}

/** What a terminal adds to the verdict; nothing if it did not run, or others took its failure. */
function endOf(control: ControlState, node: GraphNode): 'done' | 'failed' | undefined {
  const status = statusOf(control, node);
  if (status === 'done') return node.closes === 'failure' ? 'failed' : 'done';
  if (status !== 'failed' || isTaken(control, node)) return undefined;
  return wasGonePast(control, node) ? 'done' : 'failed';
}

/** An error or fallback edge of its own took the failure of a node. */
function isTaken(control: ControlState, node: GraphNode): boolean {
  return node.outbound.some((edge) => tokenOf(control, edge) === 'live');
}

/** A failure that the run went past by the `on_failure` of its node. */
export function wasGonePast(control: ControlState, node: GraphNode): boolean {
  return isGonePast(node, { status: statusOf(control, node), token: (edge) => tokenOf(control, edge) });
}

/** The same of a state in any form. A failure from before that passed over the node is not its own. */
export function isGonePast(
  node: GraphNode,
  { status, token }: { readonly status: NodeStatus; readonly token: (edge: GraphEdge) => Token },
): boolean {
  if (node.onFailure === undefined || status !== 'failed') return false;
  if (!isTerminal(node)) return node.outbound.some((edge) => edge.kind === 'normal' && token(edge) === 'live');
  return !isPassedOver(node, token) && !node.outbound.some((edge) => token(edge) === 'live');
}

/** A terminal that failed without having run, because of a failure from before that is not its own. */
export function wasPassedOver(control: ControlState, node: GraphNode): boolean {
  return isPassedOver(node, (edge) => tokenOf(control, edge));
}

/** A merge that ran although a branch of it had failed, or a failure that is to leave the task partial. */
function toleratedFailure(control: ControlState, node: GraphNode): boolean {
  if (node.onFailure === 'continue_partial' && wasGonePast(control, node)) return true;
  if (!node.isMerge || statusOf(control, node) !== 'done') return false;
  return node.inbound.some((edge) => tokenOf(control, edge) === 'failed');
}
