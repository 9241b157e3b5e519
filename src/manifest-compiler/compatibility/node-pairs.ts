import type { GraphNode } from '../../machines/index.ts';
import { definitionOf } from './definition.ts';
import type { Names } from './rename-stages.ts';
import type { Fields } from './resources.ts';
import { stableText } from './stable-text.ts';
import type { Version } from './version.ts';
import { inboundText } from './wiring.ts';

/** A node of the old version and what it is in the new one. */
export interface NodePair {
  readonly before: GraphNode;
  readonly after: GraphNode;
  readonly definitions: { readonly before: Fields; readonly after: Fields };
  /** Whether the same edges lead to it, from the same nodes. */
  readonly isWiredAlike: boolean;
}

export interface Pairing {
  /** By old id, in topological order of the old graph. */
  readonly pairs: ReadonlyMap<string, NodePair>;
  /** New ids of the nodes that have another one. */
  readonly names: Names;
}

const noNames: Names = new Map();

/**
 * A node with the same id is the same node. One whose id is gone is taken for renamed when a new node does the same and is
 * reached in the same way; the nodes before it are paired first, so that chains of renamed nodes are found.
 */
export function pairNodes(before: Version, after: Version): Pairing {
  const pairs = new Map<string, NodePair>();
  const names = new Map<string, string>();
  const { byId } = after.pipeline.graph;
  const newcomers = groupByOwnText(before, after);
  for (const node of before.pipeline.graph.order) {
    const same = byId.get(node.id);
    const twin = same ?? findTwin(before, node, { names, newcomers });
    if (twin === undefined) continue;
    if (twin.id !== node.id) names.set(node.id, twin.id);
    pairs.set(node.id, pairOf({ before, after }, [node, twin], names));
  }
  return { pairs, names };
}

function pairOf(
  versions: { readonly before: Version; readonly after: Version },
  [node, twin]: readonly [GraphNode, GraphNode],
  names: Names,
): NodePair {
  const definitions = {
    before: definitionOf(versions.before, node, names),
    after: definitionOf(versions.after, twin, noNames),
  };
  const one = inboundText(versions.before, node, { names, definition: definitions.before });
  const other = inboundText(versions.after, twin, { names: noNames, definition: definitions.after });
  return { before: node, after: twin, definitions, isWiredAlike: one === other };
}

type Newcomers = Map<string, GraphNode[]>;

/** Nodes that only the new version has, by all that a renamed node keeps. */
function groupByOwnText(before: Version, after: Version): Newcomers {
  const old = before.pipeline.graph.byId;
  const fresh = after.pipeline.graph.order.filter(({ id }) => !old.has(id));
  return new Map(Map.groupBy(fresh, (node) => ownText(after, node, noNames)));
}

function ownText(version: Version, node: GraphNode, names: Names): string {
  const definition = definitionOf(version, node, names);
  // Sources are compared by their new ids alone: whether the names themselves count is asked later.
  const inbound = inboundText(version, node, { names, definition: noFields });
  return stableText([Object.fromEntries(definition), inbound]);
}

const noFields: Fields = new Map();

interface Search {
  readonly names: Names;
  readonly newcomers: Newcomers;
}

function findTwin(before: Version, node: GraphNode, { names, newcomers }: Search): GraphNode | undefined {
  const text = ownText(before, node, names);
  return newcomers.get(text)?.shift();
}
