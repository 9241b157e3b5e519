import { failureCategories, type FailureCategory } from '../../src/errors/index.ts';
import type { EdgeSpec, EdgeType, NodeSpec, WorkflowSpec } from '../../src/manifest/index.ts';
import {
  settle,
  startControl,
  statusOf,
  tokenOf,
  verdictOf,
  type ControlState,
  type NodeStatus,
  type Outcome,
  type Token,
} from '../../src/machines/index.ts';
import { planWorkflow } from './workflow-subject.ts';

type Undrawn<Spec> = Spec extends NodeSpec ? Omit<Spec, 'id'> : never;

interface Drawing {
  /** `a -> b`, `a -approved-> b`, `a -error-> b`, `a -fallback timeout tool-> b`: one arrow a line. */
  readonly edges: string;
  /** Nodes that are no plain agents. */
  readonly nodes?: Readonly<Record<string, Undrawn<NodeSpec>>>;
  readonly exit?: 'first';
  readonly failFast?: true;
}

export const merge = { type: 'merge' } as const;
export const decision = { type: 'decision', agent: 'judge' } as const;
export const end = { type: 'end' } as const;

/** A workflow as one would sketch it; its nodes are in the order in which the arrows name them. */
export function drawWorkflow({ edges, nodes = {}, exit, failFast }: Drawing): WorkflowSpec {
  const arrows = edges
    .trim()
    .split(/\s*\n\s*/u)
    .map((line) => drawEdge(line));
  const ids = new Set(arrows.flatMap((arrow) => [arrow.from, arrow.to]));
  for (const id of Object.keys(nodes)) ids.add(id);
  return {
    id: 'drawn',
    ...(exit !== undefined && { exit }),
    ...(failFast !== undefined && { fail_fast: failFast }),
    nodes: [...ids].map((id) => Object.assign({ id }, Object.hasOwn(nodes, id) ? nodes[id] : agent)),
    edges: arrows,
  };
}

const agent = { type: 'agent', agent: 'worker' } as const;

function drawEdge(line: string): EdgeSpec {
  const [, from, mark, to] = /^(\S+) -(.*?)-?> (\S+)$/u.exec(line) ?? [];
  if (from === undefined || mark === undefined || to === undefined) throw new Error(`"${line}" is no arrow.`);
  const [word = '', ...categories] = mark.split(' ');
  if (word === '') return { from, to };
  if (!isHandler(word)) return { from, to, condition: mark };
  return { from, to, type: word, ...(categories.length > 0 && { on: categories.map((name) => categoryNamed(name)) }) };
}

function isHandler(word: string): word is Extract<EdgeType, 'error' | 'fallback'> {
  return word === 'error' || word === 'fallback';
}

function isCategory(name: string): name is FailureCategory {
  return Object.hasOwn(failureCategories, name);
}

function categoryNamed(name: string): FailureCategory {
  if (!isCategory(name)) throw new Error(`"${name}" is no category of failures.`);
  return name;
}

/** What a run looks like, by names. */
export interface Sight {
  readonly statuses: Readonly<Record<string, NodeStatus>>;
  /** By edge, as the compiler names it: `a->b`, `a->b[choice]`, `a->b!` for errors, `a->b?` for fallbacks. */
  readonly tokens: Readonly<Record<string, Token>>;
  readonly verdict: string;
}

/** The run after these stages ended, in this order: `a`, or `a: choice`, or `a! category` for a failure. */
export function seeAfter(workflow: WorkflowSpec, ...ends: readonly string[]): Sight {
  const { graph } = planWorkflow(workflow);
  let control: ControlState = startControl(graph).control;
  for (const told of ends) {
    const [, id = '', mark, detail = ''] = /^([^:!]+)([:!])? ?(.*)$/u.exec(told) ?? [];
    const node = graph.byId.get(id);
    if (node === undefined) throw new Error(`"${id}" is no node.`);
    const outcome: Outcome =
      mark === '!'
        ? { kind: 'failed', category: categoryNamed(detail) }
        : { kind: 'done', ...(mark === ':' && { choice: detail }) };
    control = settle(graph, control, { node, outcome }).control;
  }
  return {
    statuses: Object.fromEntries(graph.nodes.map((node) => [node.id, statusOf(control, node)])),
    tokens: Object.fromEntries(graph.edges.map((edge) => [edge.id, tokenOf(control, edge)])),
    verdict: verdictOf(graph, control),
  };
}
