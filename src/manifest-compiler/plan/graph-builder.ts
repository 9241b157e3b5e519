import { isTolerated, type GraphEdge, type GraphNode, type WorkflowGraph } from '../../machines/index.ts';
import { EngineError } from '../../errors/index.ts';
import type { Outline, OutlineEdge, OutlineNode } from './outline.ts';
import { topologicalOrder } from './topological-order.ts';

type Building<Kind> = { -readonly [Key in keyof Kind]: Kind[Key] };

interface BuildingNode extends Building<
  Omit<GraphNode, 'inbound' | 'outbound' | 'onlyVia' | 'dominator' | 'dominated'>
> {
  inbound: BuildingEdge[];
  outbound: BuildingEdge[];
  onlyVia: BuildingNode[];
  dominated: BuildingNode[];
  dominator?: BuildingNode;
}

interface BuildingEdge extends Omit<GraphEdge, 'from' | 'to'> {
  readonly from: BuildingNode;
  readonly to: BuildingNode;
}

export interface GraphFrame {
  readonly id: string;
  readonly entry: string;
  readonly exit: 'all' | 'first';
  readonly failFast: boolean;
}

/** Wires an outline that has passed the checks: acyclic, all from the entry, every edge between nodes of it. */
export function buildGraph(outline: Outline, frame: GraphFrame): WorkflowGraph {
  const byId = new Map<string, BuildingNode>();
  const nodes = outline.nodes.map((node, index) => buildingNode(node, index));
  for (const node of nodes) byId.set(node.id, node);
  const edges = outline.edges.map((edge, index) => wire(edge, index, byId));
  const order = topologicalOrder(nodes);
  if (order.length !== nodes.length) throw new EngineError('ENGINE_BUG', 'A workflow with a loop reached the planner.');
  order.forEach((node, rank) => (node.rank = rank));
  findDominators(order);
  for (const node of nodes) if (node.join.cancelRemaining) node.onlyVia = nodesOnlyVia(order, node);
  markAbsorbed(order);
  return {
    id: frame.id,
    nodes,
    edges,
    order,
    entry: nodeNamed(byId, frame.entry),
    byId,
    edgeById: new Map(edges.map((edge) => [edge.id, edge])),
    exit: frame.exit,
    failFast: frame.failFast,
  };
}

function buildingNode({ spec, ...rest }: OutlineNode, index: number): BuildingNode {
  return {
    id: spec.id,
    index,
    type: spec.type,
    rank: 0,
    inbound: [],
    outbound: [],
    onlyVia: [],
    dominated: [],
    isMerge: spec.type === 'merge',
    isDecision: spec.type === 'decision',
    isFailureAbsorbed: false,
    ...(spec.type === 'end' && {
      closes: spec.status === 'failure' || spec.always_fail === true ? 'failure' : 'success',
    }),
    ...rest,
  };
}

function wire(edge: OutlineEdge, index: number, byId: ReadonlyMap<string, BuildingNode>): BuildingEdge {
  const { id, kind, precedence, choice, categories } = edge;
  const wired: BuildingEdge = {
    id,
    index,
    kind,
    precedence,
    from: nodeNamed(byId, edge.from),
    to: nodeNamed(byId, edge.to),
    ...(choice !== undefined && { choice }),
    ...(categories !== undefined && { categories }),
  };
  wired.from.outbound.push(wired);
  wired.to.inbound.push(wired);
  return wired;
}

function nodeNamed(byId: ReadonlyMap<string, BuildingNode>, id: string): BuildingNode {
  const node = byId.get(id);
  if (node === undefined)
    throw new EngineError('ENGINE_BUG', `An edge to "${id}", which is no node, reached the planner.`);
  return node;
}

/** In a DAG one pass in topological order is enough (Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm, 2001). */
function findDominators(order: readonly BuildingNode[]): void {
  for (const node of order) {
    let common: BuildingNode | undefined;
    for (const { from } of node.inbound) common = common === undefined ? from : commonDominator(common, from);
    if (common === undefined) continue;
    node.dominator = common;
    common.dominated.push(node);
  }
}

function commonDominator(one: BuildingNode, other: BuildingNode): BuildingNode {
  let [left, right] = [one, other];
  while (left !== right) {
    const later = left.rank > right.rank ? left : right;
    if (later.dominator === undefined)
      throw new EngineError('ENGINE_BUG', `Node "${later.id}" is not below the entry.`);
    if (later === left) left = later.dominator;
    else right = later.dominator;
  }
  return left;
}

function nodesOnlyVia(order: readonly BuildingNode[], gate: BuildingNode): BuildingNode[] {
  const via = new Set<BuildingNode>([gate]);
  for (const node of order.toReversed()) {
    const mayEnd = !node.outbound.some(({ kind }) => kind === 'normal' || kind === 'conditional');
    if (!mayEnd && node.outbound.every((edge) => via.has(edge.to))) via.add(node);
  }
  via.delete(gate);
  return order.filter((node) => via.has(node));
}

/** Whether a merge behind a node may take its failure: what `fail_fast` has to wait for. */
function markAbsorbed(order: readonly BuildingNode[]): void {
  for (const node of order.toReversed()) {
    node.isFailureAbsorbed = node.outbound.some(
      ({ kind, to }) =>
        (kind === 'normal' || kind === 'conditional') && (takesBranchFailure(to) || to.isFailureAbsorbed),
    );
  }
}

function takesBranchFailure(node: BuildingNode): boolean {
  if (!node.isMerge) return false;
  if (node.join.mode !== 'all' || node.join.onBranchFailure === 'continue') return true;
  if (isTolerated(node, 'branch_failed')) return true;
  return node.outbound.some(
    ({ kind, categories }) =>
      (kind === 'error' || kind === 'fallback') && (categories === undefined || categories.includes('branch_failed')),
  );
}
