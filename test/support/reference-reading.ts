import type { EdgeSpec, EdgeType, NodeSpec, WorkflowSpec } from '../../src/manifest/index.ts';

/** An edge of a workflow between two places in its list of nodes. */
export interface Arrow {
  /** Place in the workflow's list of edges. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly type: EdgeType;
  readonly label?: string;
  readonly on?: readonly string[];
}

/** A workflow with what the reference interpreter asks of it. Nodes and edges are named by their places in the file. */
export interface WorkflowReading {
  readonly nodes: readonly NodeSpec[];
  readonly edges: readonly Arrow[];
  readonly entry: number;
  /** Every node after all that lead to it. */
  readonly order: readonly number[];
  readonly exit: 'all' | 'first';
  readonly failFast: boolean;
  readonly inbound: readonly (readonly Arrow[])[];
  readonly outbound: readonly (readonly Arrow[])[];
  /** The last node that every way to this one goes through. */
  readonly fork: (node: number) => number | undefined;
  /** Nodes all of whose ways to an end pass through this one. */
  readonly onlyVia: (node: number) => readonly number[];
  /** Whether a merge further on could live with an unhandled failure of this node. */
  readonly mayBeTolerated: (node: number) => boolean;
  readonly isFailureEnd: (node: number) => boolean;
}

export function inboundOf(reading: WorkflowReading, node: number): readonly Arrow[] {
  return reading.inbound[node] ?? [];
}

export function outboundOf(reading: WorkflowReading, node: number): readonly Arrow[] {
  return reading.outbound[node] ?? [];
}

/** An end of a branch: when its stage is done, nothing follows. It may still lead on when it fails. */
export function isEnd(reading: Pick<WorkflowReading, 'outbound'>, node: number): boolean {
  return !(reading.outbound[node] ?? []).some((edge) => edge.type === 'normal' || edge.type === 'conditional');
}

/** Reads a workflow with one entry. */
export function readWorkflow(workflow: WorkflowSpec): WorkflowReading {
  const { nodes } = workflow;
  const edges = readEdges(workflow);
  const inbound = nodes.map((_, node) => edges.filter((edge) => edge.to === node));
  const outbound = nodes.map((_, node) => edges.filter((edge) => edge.from === node));
  const order = topologically(inbound);
  const dominators = dominatorsOf(order, inbound);
  const reading = { nodes, edges, inbound, outbound };
  return {
    ...reading,
    order,
    entry: inbound.findIndex((edgesIn) => edgesIn.length === 0),
    exit: workflow.exit ?? 'all',
    failFast: workflow.fail_fast ?? false,
    fork: (node) => forkOf(node, dominators),
    onlyVia: remembered((gate) => nodesOnlyVia(reading, gate)),
    mayBeTolerated: remembered((node) => reachesToleration(reading, node)),
    isFailureEnd: (node) => isFailureEnd(nodes[node]),
  };
}

function readEdges(workflow: WorkflowSpec): readonly Arrow[] {
  const places = new Map(workflow.nodes.map((node, place) => [node.id, place]));
  const placeOf = (id: string): number => {
    const place = places.get(id);
    if (place === undefined) throw new Error(`No node is called "${id}".`);
    return place;
  };
  return (workflow.edges ?? []).map((edge, index) =>
    readEdge(edge, { index, from: placeOf(edge.from), to: placeOf(edge.to) }),
  );
}

function readEdge(edge: EdgeSpec, place: Pick<Arrow, 'index' | 'from' | 'to'>): Arrow {
  const label = edge.condition ?? edge.when;
  const type = edge.type ?? (label === undefined ? 'normal' : 'conditional');
  return { ...place, type, ...(label !== undefined && { label }), ...(edge.on !== undefined && { on: edge.on }) };
}

function topologically(inbound: readonly (readonly Arrow[])[]): readonly number[] {
  const order: number[] = [];
  const visit = (node: number): void => {
    if (order.includes(node)) return;
    for (const edge of inbound[node] ?? []) visit(edge.from);
    order.push(node);
  };
  inbound.forEach((_, node) => visit(node));
  return order;
}

/** Per node: all nodes that every way from the entry to it goes through, itself among them. */
function dominatorsOf(
  order: readonly number[],
  inbound: readonly (readonly Arrow[])[],
): ReadonlyMap<number, ReadonlySet<number>> {
  const dominators = new Map<number, ReadonlySet<number>>();
  for (const node of order) {
    const ways = (inbound[node] ?? []).map((edge) => dominators.get(edge.from) ?? new Set<number>());
    const common = order.filter((other) => ways.length > 0 && ways.every((way) => way.has(other)));
    dominators.set(node, new Set([...common, node]));
  }
  return dominators;
}

/** Of the nodes that dominate a node, the one that all others dominate. */
function forkOf(node: number, dominators: ReadonlyMap<number, ReadonlySet<number>>): number | undefined {
  const above = [...(dominators.get(node) ?? [])].filter((other) => other !== node);
  return above.find((other) => above.every((third) => dominators.get(other)?.has(third)));
}

function nodesOnlyVia(wiring: Wiring, gate: number): readonly number[] {
  const canAvoid = remembered((node: number): boolean => {
    const out = wiring.outbound[node] ?? [];
    return node !== gate && (isEnd(wiring, node) || out.some((edge) => canAvoid(edge.to)));
  });
  return wiring.nodes.flatMap((_, node) => (node === gate || canAvoid(node) ? [] : [node]));
}

interface Wiring {
  readonly nodes: readonly NodeSpec[];
  readonly outbound: readonly (readonly Arrow[])[];
}

function reachesToleration(wiring: Wiring, node: number): boolean {
  const ahead = (wiring.outbound[node] ?? []).filter((edge) => edge.type === 'normal' || edge.type === 'conditional');
  return ahead.some((edge) => toleratesFailure(wiring, edge.to) || reachesToleration(wiring, edge.to));
}

function toleratesFailure({ nodes, outbound }: Wiring, node: number): boolean {
  const spec = nodes[node];
  if (spec?.type !== 'merge') return false;
  const goesOn = isEnd({ outbound }, node) || (outbound[node] ?? []).some((edge) => edge.type === 'normal');
  if (spec.on_failure !== undefined && spec.on_failure !== 'fail' && goesOn) return true;
  if (spec.join === 'any' || spec.join === 'quorum' || spec.on_branch_failure === 'continue') return true;
  return (outbound[node] ?? []).some(
    (edge) =>
      (edge.type === 'error' || edge.type === 'fallback') &&
      (edge.on === undefined || edge.on.includes('branch_failed')),
  );
}

function isFailureEnd(spec: NodeSpec | undefined): boolean {
  return spec?.type === 'end' && (spec.status === 'failure' || spec.always_fail === true);
}

function remembered<Answer>(ask: (node: number) => Answer): (node: number) => Answer {
  const answers = new Map<number, Answer>();
  return (node) => {
    const known = answers.get(node);
    if (known !== undefined) return known;
    const answer = ask(node);
    answers.set(node, answer);
    return answer;
  };
}
