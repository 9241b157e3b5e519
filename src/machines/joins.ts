import type { Token } from './control.ts';
import type { GraphEdge, GraphNode } from './graph.ts';

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

/** A failure from before passes over a node that it keeps from running, unless the node answers for its branches. */
export function isPassedOver(node: GraphNode, token: (edge: GraphEdge) => Token): boolean {
  return joinDecision(node, token) === 'fail' && !ownsBranchFailure(node, token);
}
