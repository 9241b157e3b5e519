import type { GraphEdge, GraphNode, Token, WorkflowGraph } from '../../machines/index.ts';
import { waysOf, type WayTable } from './ways.ts';

/**
 * What a run could at most do, found in one pass: it says yes where only a search would say no, and never no where some
 * run says yes.
 */
export interface Possible {
  readonly runs: ReadonlySet<GraphNode>;
  readonly live: ReadonlySet<GraphEdge>;
}

interface Found {
  readonly runs: Set<GraphNode>;
  readonly live: Set<GraphEdge>;
  readonly failed: Set<GraphEdge>;
}

export function findPossible(graph: WorkflowGraph, table: WayTable): Possible {
  const found: Found = { runs: new Set(), live: new Set(), failed: new Set() };
  for (const node of graph.order) {
    const ways = waysOf(table, node);
    if (node === graph.entry || mayStart(node, found)) {
      found.runs.add(node);
      for (const way of ways.ended) note(found, node, way.tokens);
    }
    if (!mayBePassedOver(node, found)) continue;
    note(found, node, ways.passedOver);
    if (node.isMerge) note(found, node, ways.branchFailed);
  }
  return found;
}

function mayStart({ join, inbound }: GraphNode, { live }: Found): boolean {
  const count = inbound.filter((edge) => live.has(edge)).length;
  const isWhole = join.mode === 'quorum' && join.onShort === 'fail';
  return count >= (isWhole ? Math.min(join.quorum, inbound.length) : 1);
}

/** A failure from before arrives, or a quorum falls short. */
function mayBePassedOver({ join, inbound }: GraphNode, { live, failed }: Found): boolean {
  return inbound.some((edge) => failed.has(edge) || (join.mode === 'quorum' && live.has(edge)));
}

function note({ live, failed }: Found, { outbound }: GraphNode, tokens: readonly Token[]): void {
  for (const [place, edge] of outbound.entries()) {
    if (tokens[place] === 'live') live.add(edge);
    if (tokens[place] === 'failed') failed.add(edge);
  }
}
