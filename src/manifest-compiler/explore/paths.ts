import { isTerminal, type GraphEdge, type GraphNode, type WorkflowGraph } from '../../machines/index.ts';

/** Ways through a workflow from the entry to where a branch can end; it may be astronomical. */
export function countPaths(graph: WorkflowGraph): bigint {
  const onward = new Map<GraphNode, bigint>();
  for (const node of graph.order.toReversed()) {
    let count = isTerminal(node) ? 1n : 0n;
    for (const edge of node.outbound) count += onward.get(edge.to) ?? 0n;
    onward.set(node, count);
  }
  return onward.get(graph.entry) ?? 0n;
}

/** One way through a workflow. */
export interface GraphPath {
  readonly edges: readonly GraphEdge[];
  readonly last: GraphNode;
}

/** Every way through a workflow, one after the other. Count them first. */
export function* listPaths(graph: WorkflowGraph): Generator<GraphPath> {
  const edges: GraphEdge[] = [];
  const branches = [branchesOf(graph.entry)];
  if (isTerminal(graph.entry)) yield { edges: [], last: graph.entry };
  for (let branch = branches.at(-1); branch !== undefined; branch = branches.at(-1)) {
    const { value: edge, done } = branch.next();
    if (done === true) {
      branches.pop();
      edges.pop();
      continue;
    }
    edges.push(edge);
    branches.push(branchesOf(edge.to));
    if (isTerminal(edge.to)) yield { edges: [...edges], last: edge.to };
  }
}

function branchesOf(node: GraphNode): Iterator<GraphEdge, undefined> {
  return node.outbound[Symbol.iterator]();
}
