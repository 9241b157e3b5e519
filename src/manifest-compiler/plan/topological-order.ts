interface Wired<Node> {
  readonly inbound: readonly { readonly from: Node }[];
  readonly outbound: readonly { readonly to: Node }[];
}

/** Kahn's order, stable: nodes that are free at the same time keep the order they came in. Nodes on loops are left out. */
export function topologicalOrder<Node extends Wired<Node>>(nodes: readonly Node[]): readonly Node[] {
  const waitsFor = new Map<Node, number>();
  const order: Node[] = [];
  for (const node of nodes) {
    waitsFor.set(node, node.inbound.length);
    if (node.inbound.length === 0) order.push(node);
  }
  for (const node of order) {
    for (const { to } of node.outbound) {
      const left = (waitsFor.get(to) ?? 0) - 1;
      waitsFor.set(to, left);
      if (left === 0) order.push(to);
    }
  }
  return order;
}
