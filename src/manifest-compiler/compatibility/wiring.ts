import { isDoneEdge, type GraphEdge, type GraphNode } from '../../machines/index.ts';
import { renameInExpression, type Names } from './rename-stages.ts';
import type { Fields } from './resources.ts';
import { stableText } from './stable-text.ts';
import { isStage, type Version } from './version.ts';

/** Policies that look at the order of the inbound edges alone, not at the names of their sources. */
const byOrderAlone: ReadonlySet<string> = new Set(['list', 'concat', 'first', 'deep_merge']);

/** What reaches a node: its inbound edges, in order where the order counts. `names` are the new ids of their sources. */
export function inboundText(version: Version, node: GraphNode, context: { names: Names; definition: Fields }): string {
  const { names, definition } = context;
  const spec = version.specOf(node);
  const policy = spec.type === 'merge' ? (spec.merge ?? 'dict') : undefined;
  const readsSources =
    (policy !== undefined && !byOrderAlone.has(policy)) ||
    [...definition.values()].some((text) => /\b(?:arrivals|error)\b/u.test(text));
  const edges = node.inbound.map((edge) => ({
    ...edgeParts(version, edge, names),
    ...(readsSources && { source: edge.from.id }),
  }));
  const isOrdered = policy !== undefined && policy !== 'dict';
  const texts = edges.map(stableText);
  return stableText(isOrdered ? texts : texts.toSorted());
}

function edgeParts(version: Version, edge: GraphEdge, names: Names): Record<string, unknown> {
  return { from: names.get(edge.from.id) ?? edge.from.id, ...edgeConditions(version, edge, names) };
}

/** What an edge says of when it is taken. */
export function edgeConditions(version: Version, { id }: GraphEdge, names: Names): Record<string, unknown> {
  const edge = version.edgeById.get(id);
  const { kind, choice, when, categories } = edge ?? {};
  return {
    type: kind,
    ...(when !== undefined && { when: renameInExpression(when, names) }),
    ...(when === undefined && choice !== undefined && { condition: choice }),
    ...(categories !== undefined && { on: categories.toSorted() }),
  };
}

/** Where failures of a node go: what its other edges carry after a failure depends on it. */
export function failureHandling(version: Version, node: GraphNode, names: Names): string {
  const handlers = node.outbound.filter((edge) => !isDoneEdge(edge));
  const texts = handlers
    .toSorted((one, other) => one.precedence - other.precedence)
    .map((edge) => stableText({ ...edgeConditions(version, edge, names), to: names.get(edge.to.id) ?? edge.to.id }));
  const errors = handlers.filter(({ kind }) => kind === 'error').length;
  const ordered = errors === handlers.length ? texts.toSorted() : texts;
  return stableText(node.onFailure === undefined ? ordered : [...ordered, node.onFailure]);
}

/** The graph as far as it decides what runs: nodes, edges and joins, without what the nodes do. */
export function controlText(version: Version, names: Names): string {
  const { graph } = version.pipeline;
  const newId = (node: GraphNode): string => names.get(node.id) ?? node.id;
  return stableText({
    nodes: graph.nodes
      .map((node) => stableText({ id: newId(node), join: node.join, isStage: isStage(node) }))
      .toSorted(),
    edges: graph.edges.map((edge) => stableText({ ...edgeParts(version, edge, names), to: newId(edge.to) })).toSorted(),
    handling: graph.nodes.map((node) => stableText([newId(node), failureHandling(version, node, names)])).toSorted(),
  });
}
