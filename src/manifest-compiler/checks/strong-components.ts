import { waysOn, type GraphNode } from './workflow-graph.ts';

interface Visit {
  readonly node: GraphNode;
  nextEdge: number;
}

interface Search {
  readonly order: Map<GraphNode, number>;
  readonly lowest: Map<GraphNode, number>;
  readonly open: GraphNode[];
  readonly isOpen: Set<GraphNode>;
  readonly found: GraphNode[][];
}

/** Groups of nodes that all lead to each other (Tarjan), without recursion; a node on its own is a group of one. */
export function strongComponents(nodes: readonly GraphNode[]): readonly (readonly GraphNode[])[] {
  const search: Search = { order: new Map(), lowest: new Map(), open: [], isOpen: new Set(), found: [] };
  for (const node of nodes) if (!search.order.has(node)) visitFrom(node, search);
  return search.found;
}

function visitFrom(start: GraphNode, search: Search): void {
  const visits: Visit[] = [enter(start, search)];
  for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
    const edge = waysOn(visit.node)[visit.nextEdge];
    visit.nextEdge += 1;
    if (edge === undefined) {
      visits.pop();
      leave(visit.node, search);
      lower(visits.at(-1)?.node, search.lowest.get(visit.node), search);
    } else if (edge.target !== undefined) {
      if (!search.order.has(edge.target)) visits.push(enter(edge.target, search));
      else if (search.isOpen.has(edge.target)) lower(visit.node, search.order.get(edge.target), search);
    }
  }
}

function enter(node: GraphNode, { order, lowest, open, isOpen }: Search): Visit {
  lowest.set(node, order.size);
  order.set(node, order.size);
  open.push(node);
  isOpen.add(node);
  return { node, nextEdge: 0 };
}

function leave(node: GraphNode, { order, lowest, open, isOpen, found }: Search): void {
  if (order.get(node) !== lowest.get(node)) return;
  const component = open.splice(open.lastIndexOf(node));
  for (const member of component) isOpen.delete(member);
  found.push(component);
}

function lower(node: GraphNode | undefined, to: number | undefined, { lowest }: Search): void {
  if (node === undefined || to === undefined) return;
  lowest.set(node, Math.min(lowest.get(node) ?? to, to));
}
