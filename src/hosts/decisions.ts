import {
  isDoneEdge,
  tokenOf,
  wasPassedOver,
  type ControlChanges,
  type GraphEdge,
  type GraphNode,
} from '../machines/index.ts';
import { fallbackRule } from '../manifest-compiler/index.ts';
import type { RoutingCandidate, RoutingDecision } from '../services/index.ts';
import type { TaskRecord } from './task-record.ts';

/*
 * Why a task went the way it did, read off what the kernel has decided: the tokens on the edges are the one truth, and a
 * replay gives the same words.
 */

/** Why a task went the way it did, in the order in which it was decided. */
export function decisionsOf({ creation, decisions }: TaskRecord): readonly RoutingDecision[] {
  return creation.routing === undefined ? decisions : [creation.routing, ...decisions];
}

/** What was decided in a step: of decisions which edge, of failures where they went. */
export function decisionsIn(task: TaskRecord, { nodes }: Pick<ControlChanges, 'nodes'>): readonly RoutingDecision[] {
  const { control } = task.state.snapshot.context;
  return nodes.flatMap(({ node, status }) => {
    if (status === 'done' && node.isDecision) return choiceOf(task, node);
    // A failure from before that ends here is told where it arose.
    if (status === 'failed' && !wasPassedOver(control, node)) return failureRoutes(task, node);
    return [];
  });
}

interface Way {
  readonly edge: GraphEdge;
  readonly refusal?: string;
}

function choiceOf(task: TaskRecord, node: GraphNode): readonly RoutingDecision[] {
  const edges = node.outbound.filter(isDoneEdge);
  const taken = edges.filter((edge) => isLive(task, edge));
  const isAsked = asksAgent(task, node);
  return taken.map((edge) => {
    const isDefault = edge.kind === 'normal';
    const others = edges.map((other, at): Way => {
      if (taken.includes(other)) return { edge: other };
      const isBehind = !isDefault && at > edges.indexOf(edge);
      return { edge: other, refusal: isAsked ? notChosen(other) : notHolding(other, isBehind) };
    });
    return {
      at: node.id,
      kind: 'stage',
      candidates: others.map(candidateOf),
      chosen: edge.id,
      rule: isDefault ? 'edge.default' : 'edge.condition',
      reason: isDefault
        ? 'No condition fits, and this is the default.'
        : `${isAsked ? 'The agent chose' : 'The condition'} "${edge.choice ?? ''}"${isAsked ? '' : ' fits'}.`,
      overrides: [],
    };
  });
}

/** Whether an agent says which way to go. Else conditions are looked at in the order of the file. */
function asksAgent({ runnable }: TaskRecord, { id }: GraphNode): boolean {
  const spec = runnable.pipeline.outline.nodes.find((node) => node.spec.id === id)?.spec;
  return spec?.type === 'decision' && (spec.agent !== undefined || spec.agent_variants !== undefined);
}

function notChosen({ kind, choice = '' }: GraphEdge): string {
  return kind === 'normal' ? 'a condition fits' : `"${choice}" is not what was chosen`;
}

function notHolding({ kind }: GraphEdge, isBehind: boolean): string {
  if (kind === 'normal') return 'a condition fits';
  return isBehind ? 'a condition before it fits' : 'its condition does not hold';
}

/** One decision for each edge that a failure takes; without any, what the policy of the node makes of it. */
function failureRoutes(task: TaskRecord, node: GraphNode): readonly RoutingDecision[] {
  const category = task.trace.get(node.id)?.failure?.category ?? 'internal';
  const handlers = node.outbound.filter((edge) => !isDoneEdge(edge));
  const taken = handlers.filter((edge) => isLive(task, edge));
  const ways = handlers
    .toSorted((one, other) => rankOf(one) - rankOf(other))
    .map((edge): Way => (taken.includes(edge) ? { edge } : { edge, refusal: refusalOf(edge, { category, taken }) }));
  const candidates = ways.map(candidateOf);
  if (taken.length === 0) return [policyRoute(task, node, { category, candidates })];
  return taken.map((edge) => ({
    at: node.id,
    kind: 'fallback',
    candidates,
    chosen: edge.id,
    rule: edge.kind === 'error' ? 'edge.error' : fallbackRule(edge.precedence),
    reason: `The stage failed with "${category}", which this edge takes.`,
    overrides: [],
  }));
}

/** Fallback edges are tried first, by how much they say. */
function rankOf({ kind, precedence }: GraphEdge): number {
  return kind === 'fallback' ? precedence : Number.MAX_SAFE_INTEGER;
}

interface Failed {
  readonly category: string;
  readonly taken: readonly GraphEdge[];
}

function refusalOf({ categories }: GraphEdge, { category, taken }: Failed): string {
  const isFitting = categories === undefined || categories.some((one) => one === category);
  if (!isFitting) return `it takes ${categories.join(', ')} alone`;
  return taken.some(({ kind }) => kind === 'fallback') ? 'another one comes first' : 'nothing is taken any more';
}

function policyRoute(
  task: TaskRecord,
  node: GraphNode,
  { category, candidates }: { readonly category: string; readonly candidates: readonly RoutingCandidate[] },
): RoutingDecision {
  const policy = task.trace.get(node.id)?.on_failure ?? 'fail';
  const end = {
    fail: node.onFailure === undefined ? 'it fails the branch' : 'there is no edge to go on by, so it fails the branch',
    skip: 'the task goes on with null for its output',
    continue_partial: 'the task goes on with null for its output, and ends as partial',
  }[policy];
  return {
    at: node.id,
    kind: 'fallback',
    candidates: [...candidates, { id: policy }],
    chosen: policy,
    rule: `on_failure.${policy}`,
    reason: `The stage failed with "${category}", which no edge takes: ${end}.`,
    overrides: [],
  };
}

function candidateOf({ edge, refusal }: Way): RoutingCandidate {
  return { id: edge.id, ...(refusal !== undefined && { refusal }) };
}

function isLive({ state }: TaskRecord, edge: GraphEdge): boolean {
  return tokenOf(state.snapshot.context.control, edge) === 'live';
}
