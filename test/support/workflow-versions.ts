import fc from 'fast-check';
import type { EdgeSpec, NodeSpec, ProjectSpec, WorkflowSpec } from '../../src/manifest/index.ts';
import type { CompiledProject } from '../../src/manifest-compiler/index.ts';
import { outlineWorkflow, planGraph } from '../../src/manifest-compiler/plan/workflow-plan.ts';

/*
 * Small changes to workflows, as authors make them. Numbers say what is changed and where; a change that fits nowhere
 * changes nothing.
 */

interface Change {
  readonly kind: keyof typeof changes;
  readonly at: number;
  readonly to: number;
}

type Draft = Omit<WorkflowSpec, 'edges'> & { readonly edges: readonly EdgeSpec[] };

interface Place {
  readonly at: number;
  readonly to: number;
  /** An id that no node has. */
  readonly fresh: string;
}

const changes = {
  rename: (workflow, { at, fresh }) => {
    const { id } = pick(workflow.nodes, at);
    const renamed = (name: string): string => (name === id ? fresh : name);
    return {
      ...workflow,
      nodes: workflow.nodes.map((node) => ({ ...node, id: renamed(node.id) })),
      edges: workflow.edges.map((edge) => ({ ...edge, from: renamed(edge.from), to: renamed(edge.to) })),
    };
  },
  rework: (workflow, { at, to }) => changeNode(workflow, at, (node) => reworked(node, to)),
  loosen: (workflow, { at, to }) =>
    changeNode(workflow, at, (node) =>
      node.type === 'agent' || node.type === 'tool' ? { ...node, retries: to } : node,
    ),
  insert: (workflow, { at, fresh }) => {
    const edge = pickOr(workflow.edges, at);
    if (edge === undefined) return workflow;
    const rest = workflow.edges.map((other) => (other === edge ? { ...other, to: fresh } : other));
    return { ...workflow, nodes: [...workflow.nodes, newAgent(fresh)], edges: [...rest, { from: fresh, to: edge.to }] };
  },
  precede: (workflow, { at, fresh }) => {
    if (at % 3 > 0) return workflow;
    const edge = { from: fresh, to: entryOf(workflow) };
    return { ...workflow, nodes: [...workflow.nodes, newAgent(fresh)], edges: [...workflow.edges, edge] };
  },
  append: (workflow, { at, fresh }) => {
    const from = pick(workflow.nodes, at);
    if (from.type === 'end') return workflow;
    return withEdge({ ...workflow, nodes: [...workflow.nodes, newAgent(fresh)] }, from, fresh);
  },
  connect: (workflow, { at, to }) => {
    const [from, target] = [pick(workflow.nodes, at), pick(workflow.nodes, to)];
    const isPossible = from.type !== 'end' && !reaches(workflow, target.id, from.id);
    return isPossible ? withEdge(workflow, from, target.id) : workflow;
  },
  handle: (workflow, { at, to, fresh }) => {
    const from = pick(workflow.nodes, at);
    if (from.type === 'end') return workflow;
    const type = to % 2 === 0 ? ('error' as const) : ('fallback' as const);
    const target = pick(workflow.nodes, to);
    const isPossible = to % 3 === 0 && !reaches(workflow, target.id, from.id);
    const edge = {
      from: from.id,
      to: isPossible ? target.id : fresh,
      type,
      ...(to % 4 === 0 && { on: ['tool' as const] }),
    };
    const nodes = isPossible ? workflow.nodes : [...workflow.nodes, newAgent(fresh)];
    return { ...workflow, nodes, edges: [...workflow.edges, edge] };
  },
  disconnect: (workflow, { at }) => {
    const edge = pickOr(workflow.edges, at);
    return { ...workflow, edges: workflow.edges.filter((other) => other !== edge) };
  },
  remove: (workflow, { at }) => {
    const { id } = pick(workflow.nodes, at);
    if (!workflow.edges.some(({ to }) => to === id)) return workflow;
    return {
      ...workflow,
      nodes: workflow.nodes.filter((node) => node.id !== id),
      edges: workflow.edges.filter(({ from, to }) => from !== id && to !== id),
    };
  },
  relabel: (workflow, { at, to }) => {
    const edge = pickOr(workflow.edges, at);
    return {
      ...workflow,
      edges: workflow.edges.map((other) => {
        if (other !== edge) return other;
        if (other.condition !== undefined) return { ...other, condition: `label ${to}` };
        return other.type === 'error' || other.type === 'fallback' ? { ...other, on: ['timeout' as const] } : other;
      }),
    };
  },
  retarget: (workflow, { at, to }) => {
    const edge = pickOr(workflow.edges, at);
    const target = pick(workflow.nodes, to).id;
    if (edge === undefined || reaches(workflow, target, edge.from)) return workflow;
    return { ...workflow, edges: workflow.edges.map((other) => (other === edge ? { ...other, to: target } : other)) };
  },
  shuffle: (workflow, { at }) => ({
    ...workflow,
    nodes: [...workflow.nodes.slice(at), ...workflow.nodes.slice(0, at)],
    edges: [...workflow.edges.slice(at), ...workflow.edges.slice(0, at)],
  }),
  hurry: (workflow, { at }) => (at % 2 === 0 ? { ...workflow, exit: 'first' as const } : workflow),
  cut: (workflow, { at }) =>
    changeNode(workflow, at, (node) => (node.type === 'merge' ? { ...node, cancel_remaining: true } : node)),
  fail: (workflow, { at }) => (at % 2 === 0 ? { ...workflow, fail_fast: true } : workflow),
} satisfies Record<string, (workflow: Draft, place: Place) => Draft>;

const usualChanges = [
  'rename',
  'rework',
  'loosen',
  'insert',
  'precede',
  'append',
  'connect',
  'handle',
  'disconnect',
  'remove',
  'relabel',
  'retarget',
  'shuffle',
] as const;

/** Few changes in a row; without those that let the final state depend on the order of events, if asked. */
export function changeLists(options: { isConfluent?: boolean } = {}): fc.Arbitrary<readonly Change[]> {
  const kinds = options.isConfluent === true ? usualChanges : ([...usualChanges, 'hurry', 'cut', 'fail'] as const);
  const change = fc.record({ kind: fc.constantFrom(...kinds), at: fc.nat(30), to: fc.nat(30) });
  return fc.array(change, { minLength: 1, maxLength: 3 });
}

export function changedWorkflow(workflow: WorkflowSpec, list: readonly Change[]): WorkflowSpec {
  let draft: Draft = { ...workflow, edges: workflow.edges ?? [] };
  list.forEach(({ kind, at, to }, index) => {
    const place = { at: kind === 'shuffle' ? at % draft.nodes.length : at, to, fresh: `new${index}` };
    draft = reachable(changes[kind](draft, place), draft);
  });
  return { ...draft, edges: [...draft.edges] };
}

/** The workflow as a project that any compiler phase after the checks takes: what nodes do is never carried out. */
export function versionOf(workflow: WorkflowSpec): CompiledProject {
  const project: ProjectSpec = {
    engine: { name: 'generated' },
    agents: { worker: { prompt: 'Work.' }, judge: { prompt: 'Judge.' }, other: { prompt: 'Work otherwise.' } },
    tools: { worker: { type: 'registered' }, other: { type: 'registered' } },
    workflow,
    workflows: {},
    pipelines: {},
    memory: {},
    plugins: [],
    schemas: {},
    texts: {},
  };
  const outline = outlineWorkflow(workflow, {});
  const graph = planGraph(workflow, outline, entryOf(workflow));
  const pipeline = {
    id: workflow.id,
    workflow,
    outline,
    graph,
    programs: new Map(),
    chart: () => {
      throw new Error('No chart is needed here.');
    },
  };
  return { project, agents: new Map(), pipelines: new Map([[workflow.id, pipeline]]), bodies: new Map() };
}

function entryOf({ nodes, edges = [] }: WorkflowSpec | Draft): string {
  const targets = new Set(edges.map(({ to }) => to));
  return nodes.find(({ id }) => !targets.has(id))?.id ?? '';
}

/** What the entry still leads to: the old one where it is still a beginning. */
function reachable(workflow: Draft, before: Draft): Draft {
  const old = entryOf(before);
  const isStillFirst = workflow.nodes.some(({ id }) => id === old) && !workflow.edges.some(({ to }) => to === old);
  const seen = new Set([isStillFirst ? old : entryOf(workflow)]);
  for (const id of seen) for (const edge of workflow.edges) if (edge.from === id) seen.add(edge.to);
  return {
    ...workflow,
    nodes: workflow.nodes.filter(({ id }) => seen.has(id)),
    edges: workflow.edges.filter(({ from }) => seen.has(from)),
  };
}

function reaches({ edges }: Draft, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const id of seen) for (const edge of edges) if (edge.from === id) seen.add(edge.to);
  return seen.has(to);
}

function withEdge(workflow: Draft, from: NodeSpec, to: string): Draft {
  const edge = { from: from.id, to, ...(from.type === 'decision' && { condition: `to ${to}` }) };
  const isThere = workflow.edges.some(
    (other) => other.from === edge.from && other.to === to && other.type === undefined,
  );
  return isThere ? workflow : { ...workflow, edges: [...workflow.edges, edge] };
}

function newAgent(id: string): NodeSpec {
  return { id, type: 'agent', agent: 'worker' };
}

function changeNode(workflow: Draft, at: number, change: (node: NodeSpec) => NodeSpec): Draft {
  const chosen = pick(workflow.nodes, at);
  return { ...workflow, nodes: workflow.nodes.map((node) => (node === chosen ? change(node) : node)) };
}

function reworked(node: NodeSpec, to: number): NodeSpec {
  switch (node.type) {
    case 'agent':
    case 'decision':
      return { ...node, agent: 'other' };
    case 'tool':
      return { ...node, tool: 'other' };
    case 'transform':
      return { ...node, output: to };
    case 'merge':
      return to % 2 === 0 ? { ...node, merge: 'list' } : { ...node, join: 'any' };
    case 'feedback':
      return { ...node, question: `Really, ${to} times?` };
    case 'map':
      return { ...node, items: [to] };
    case 'repeat':
      return { ...node, max_iterations: to + 1 };
    case 'workflow':
      return { ...node, input: to };
    case 'end':
      return { ...node, status: 'failure' };
  }
}

function pick<Item>(items: readonly Item[], at: number): Item {
  const item = pickOr(items, at);
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}

function pickOr<Item>(items: readonly Item[], at: number): Item | undefined {
  return items[at % items.length];
}
