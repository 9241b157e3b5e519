import { distinctOutcomes, type WorkflowGraph } from '../../machines/index.ts';

/** Tokens that all outcomes of all nodes give, edge by edge: it grows with the square of the choices of a decision. */
export function countTokens({ nodes }: WorkflowGraph): number {
  return nodes.reduce((sum, node) => sum + distinctOutcomes(node).length * node.outbound.length, 0);
}
