import type { CompiledPipeline } from '../../engine/index.ts';

type Graph = CompiledPipeline['graph'];
type Node = Graph['order'][number];

const deepest = 8;

/** How far each stage is set in: one step for every fork whose branches have not met again. */
export function stageDepths(graph: Graph): ReadonlyMap<string, number> {
  const branches = new Map<string, readonly string[]>();
  for (const node of graph.order)
    branches.set(node.id, commonStart(node.inbound.map((edge) => branchOf(edge, branches))));
  return new Map([...branches].map(([node, path]) => [node, path.length]));
}

function branchOf(edge: Node['inbound'][number], branches: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const before = branches.get(edge.from.id) ?? [];
  return edge.kind === 'normal' && isFork(edge.from) && before.length < deepest ? [...before, edge.id] : before;
}

function isFork(node: Node): boolean {
  return !node.isDecision && node.outbound.filter(({ kind }) => kind === 'normal').length > 1;
}

function commonStart([first = [], ...others]: readonly (readonly string[])[]): readonly string[] {
  const end = first.findIndex((branch, at) => others.some((other) => other[at] !== branch));
  return end === -1 ? first : first.slice(0, end);
}
