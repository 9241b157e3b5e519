import type { FailureCategory } from '../errors/index.ts';
import type { Token } from './control.ts';
import { isDoneEdge, isTerminal, type GraphEdge, type GraphNode } from './graph.ts';

/** How a stage ended, as far as control is concerned. */
export type Outcome =
  { readonly kind: 'done'; readonly choice?: string } | { readonly kind: 'failed'; readonly category: FailureCategory };

/** What resolves a node: its stage ended, its paths are dead, or a failure from before passed over it. */
export type Resolution = Outcome | { readonly kind: 'skipped' } | { readonly kind: 'passed_over' };

/** A decision whose choice no edge carries, and that has no default edge, has failed. */
export function effectiveOutcome(node: GraphNode, outcome: Outcome): Outcome {
  if (outcome.kind === 'failed' || !node.isDecision) return outcome;
  const fits = node.outbound.some((edge) => edge.kind === 'normal' || isChosen(edge, outcome));
  return fits ? outcome : { kind: 'failed', category: 'routing' };
}

/** The token that each outbound edge of a node gets; total over all resolutions. */
export function routeTokens(node: GraphNode, resolution: Resolution): (edge: GraphEdge) => Token {
  switch (resolution.kind) {
    case 'skipped':
      return () => 'dead';
    case 'passed_over':
      return failedUnlessHandler;
    case 'done':
      return doneTokens(node, resolution);
    case 'failed':
      return failureTokens(node, resolution.category);
  }
}

/** True when no edge of the node takes this failure. */
export function isUnhandled(node: GraphNode, category: FailureCategory): boolean {
  return !node.outbound.some((edge) => !isDoneEdge(edge) && takesFailure(edge, category));
}

/** True when the run goes on past such a failure. A decision without a default edge has no way on. */
export function isTolerated(node: GraphNode, category: FailureCategory): boolean {
  if (node.onFailure === undefined || !isUnhandled(node, category)) return false;
  return isTerminal(node) || node.outbound.some((edge) => edge.kind === 'normal');
}

function doneTokens(node: GraphNode, outcome: Outcome & { kind: 'done' }): (edge: GraphEdge) => Token {
  const isMatched = node.outbound.some((edge) => isChosen(edge, outcome));
  return (edge) => ((isMatched ? isChosen(edge, outcome) : edge.kind === 'normal') ? 'live' : 'dead');
}

function failureTokens(node: GraphNode, category: FailureCategory): (edge: GraphEdge) => Token {
  const fallback = chosenFallback(node, category);
  if (fallback !== undefined) return (edge) => (edge === fallback ? 'live' : 'dead');
  if (isTolerated(node, category)) return (edge) => (edge.kind === 'normal' ? 'live' : 'dead');
  if (isUnhandled(node, category)) return failedUnlessHandler;
  return (edge) => (edge.kind === 'error' && takesFailure(edge, category) ? 'live' : 'dead');
}

function failedUnlessHandler(edge: GraphEdge): Token {
  return isDoneEdge(edge) ? 'failed' : 'dead';
}

function chosenFallback(node: GraphNode, category: FailureCategory): GraphEdge | undefined {
  let best: GraphEdge | undefined;
  for (const edge of node.outbound) {
    if (edge.kind !== 'fallback' || !takesFailure(edge, category)) continue;
    if (best === undefined || edge.precedence < best.precedence) best = edge;
  }
  return best;
}

function takesFailure(edge: GraphEdge, category: FailureCategory): boolean {
  return edge.categories === undefined || edge.categories.includes(category);
}

function isChosen(edge: GraphEdge, outcome: Outcome & { kind: 'done' }): boolean {
  return edge.kind === 'conditional' && edge.choice === outcome.choice;
}

/**
 * One outcome per class of results that the outbound edges of a node can tell apart, so that trying all of them tries
 * all ways out. "The other failures" is named by the first category that no edge names.
 */
export function distinctOutcomes(node: GraphNode): readonly Outcome[] {
  if (node.closes !== undefined) return [{ kind: 'done' }];
  return [...doneOutcomes(node), ...failedOutcomes(node)];
}

function doneOutcomes(node: GraphNode): readonly Outcome[] {
  if (!node.isDecision) return [{ kind: 'done' }];
  const choices = new Set<string>();
  for (const edge of node.outbound) if (edge.choice !== undefined) choices.add(edge.choice);
  const outcomes: Outcome[] = [...choices].map((choice) => ({ kind: 'done', choice }));
  if (node.outbound.some((edge) => edge.kind === 'normal')) outcomes.push({ kind: 'done' });
  return outcomes;
}

function failedOutcomes(node: GraphNode): readonly Outcome[] {
  const named = new Set<FailureCategory>();
  for (const edge of node.outbound) for (const category of edge.categories ?? []) named.add(category);
  const other = otherCategories.find((category) => !named.has(category));
  const categories = other === undefined ? [...named] : [...named, other];
  return categories.map((category) => ({ kind: 'failed', category }));
}

const otherCategories = [
  'internal',
  'agent',
  'tool',
  'provider',
  'json',
  'timeout',
  'config',
  'routing',
  'permission',
  'context',
  'memory',
  'budget',
  'cancelled',
  'branch_failed',
  'plugin',
] as const satisfies readonly FailureCategory[];
