import { statusOf, tokenOf, type ControlState, type NodeStatus, type Token } from './control.ts';
import type { GraphEdge, GraphNode, WorkflowGraph } from './graph.ts';

/** What a step of the kernel changed, in the order of the file: what telemetry tells. */
export interface ControlChanges {
  readonly nodes: readonly { readonly node: GraphNode; readonly status: NodeStatus }[];
  readonly edges: readonly { readonly edge: GraphEdge; readonly token: Token }[];
}

/** Letters compared at a time: a step changes few of many, and equal stretches are found by one comparison. */
const stretch = 64;

/** Differences between two control states of one workflow. Without `before`, all that is not as it was at the start. */
export function controlChanges(
  graph: WorkflowGraph,
  before: ControlState | undefined,
  after: ControlState,
): ControlChanges {
  const nodes = changedPlaces(before?.statuses ?? '.'.repeat(after.statuses.length), after.statuses);
  const edges = changedPlaces(before?.tokens ?? '.'.repeat(after.tokens.length), after.tokens);
  return {
    nodes: nodes.flatMap((index) => {
      const node = graph.nodes[index];
      return node === undefined ? [] : [{ node, status: statusOf(after, node) }];
    }),
    edges: edges.flatMap((index) => {
      const edge = graph.edges[index];
      return edge === undefined ? [] : [{ edge, token: tokenOf(after, edge) }];
    }),
  };
}

function changedPlaces(before: string, after: string): readonly number[] {
  const places: number[] = [];
  if (before === after) return places;
  for (let start = 0; start < after.length; start += stretch) {
    if (before.slice(start, start + stretch) === after.slice(start, start + stretch)) continue;
    const end = Math.min(after.length, start + stretch);
    for (let at = start; at < end; at += 1) if (before.charCodeAt(at) !== after.charCodeAt(at)) places.push(at);
  }
  return places;
}
