import { failureCategories, type FailureCategory } from '../../errors/index.ts';
import { FailureCategoryName, type FallbackSpec } from '../../manifest/index.ts';
import { edgeId, type Outline, type OutlineEdge, type OutlineNode } from './outline.ts';

/*
 * The fallback matrix becomes edges, so that it obeys the same rules as they do and is in the diagram. A handler that
 * several stages shared would be a join over all of them; so each failing stage gets a clone of its own, which goes on
 * where the stage would have gone. Ends take no time and are shared. Of its own edges a handler keeps those that take its
 * failures to an end; the checks refuse all others, which nothing could follow from a clone.
 */

/** Between the id of a handler and the id of the stage it stands in for; ids of manifests cannot hold it. */
const cloneMark = '~~';

/** The outline with an edge for every stage and every row of the matrix that fits it. */
export function expandFallbacks(outline: Outline, rows: readonly FallbackSpec[]): Outline {
  if (rows.length === 0) return outline;
  const byId = new Map(outline.nodes.map((node) => [node.spec.id, node]));
  const bySource = Map.groupBy(outline.edges, (edge) => edge.from);
  const nodes = [...outline.nodes];
  const edges = [...outline.edges];
  const known = new Set(edges.map((edge) => edge.id));
  for (const node of outline.nodes) {
    if (node.spec.type === 'end') continue;
    const own = bySource.get(node.spec.id) ?? [];
    const clones = new Map<string, string>();
    for (const row of rows) {
      if (!fits(row, node)) continue;
      const handler = byId.get(row.to);
      const categories = categoriesLeft(row, own);
      if (handler === undefined || handler === node || categories.length === 0) continue;
      const target =
        clones.get(row.to) ??
        addHandler({ node, handler, own, handlers: bySource.get(row.to) ?? [] }, { nodes, edges, known });
      clones.set(row.to, target);
      edges.push(fallbackEdge({ row, from: node.spec.id, to: target, categories }, known));
    }
  }
  return { nodes, edges };
}

function fits(row: FallbackSpec, { spec }: OutlineNode): boolean {
  return (
    (row.stage === undefined || row.stage === spec.id) && (row.stage_type === undefined || row.stage_type === spec.type)
  );
}

/** A stage's own error and fallback edges come before the matrix. */
function categoriesLeft(row: FallbackSpec, own: readonly OutlineEdge[]): readonly FailureCategory[] {
  const handlers = own.filter(({ kind }) => kind === 'error' || kind === 'fallback');
  const asked = row.category === undefined ? FailureCategoryName.options : [row.category];
  return asked.filter(
    (category) =>
      Object.hasOwn(failureCategories, category) &&
      !handlers.some(({ categories }) => categories === undefined || categories.includes(category)),
  );
}

interface Standing {
  readonly node: OutlineNode;
  readonly handler: OutlineNode;
  /** Edges of the stage. */
  readonly own: readonly OutlineEdge[];
  /** Edges of the handler. */
  readonly handlers: readonly OutlineEdge[];
}

interface Growing {
  readonly nodes: OutlineNode[];
  readonly edges: OutlineEdge[];
  readonly known: Set<string>;
}

/** The handler as it stands in for one stage; its id. */
function addHandler({ node, handler, own, handlers }: Standing, { nodes, edges, known }: Growing): string {
  if (handler.spec.type === 'end') return handler.spec.id;
  const id = `${handler.spec.id}${cloneMark}${node.spec.id}`;
  nodes.push({ ...handler, spec: { ...handler.spec, id }, standsFor: handler.spec.id });
  for (const { kind, to } of own) {
    if (kind === 'normal') edges.push({ id: edgeId({ from: id, to, kind }, known), from: id, to, kind, precedence: 0 });
  }
  for (const { source: _source, ...edge } of handlers) {
    if (edge.kind !== 'error' && edge.kind !== 'fallback') continue;
    edges.push({ ...edge, id: edgeId({ from: id, to: edge.to, kind: edge.kind }, known), from: id });
  }
  return id;
}

interface FallbackRow {
  readonly row: FallbackSpec;
  readonly from: string;
  readonly to: string;
  readonly categories: readonly FailureCategory[];
}

function fallbackEdge({ row, from, to, categories }: FallbackRow, known: Set<string>): OutlineEdge {
  const kind = 'fallback';
  return { id: edgeId({ from, to, kind }, known), from, to, kind, categories, precedence: precedenceOf(row) };
}

/** What rows can say, the most telling first: the order in which they are tried. */
const ranks = [
  '(category, stage id)',
  '(category, stage type)',
  '(category, any)',
  '(any, stage id)',
  '(any, stage type)',
  '(any, any)',
] as const;

/** Precedence of the first of the ranks: all of them come after a stage's own edges that name a category. */
const firstRank = 2;

function precedenceOf({ category, stage, stage_type: stageType }: FallbackSpec): number {
  const where = stage !== undefined ? 'stage id' : stageType !== undefined ? 'stage type' : 'any';
  return firstRank + ranks.indexOf(`(${category === undefined ? 'any' : 'category'}, ${where})`);
}

/** Why a fallback edge with this precedence came first. */
export function fallbackRule(precedence: number): string {
  const rank = ranks[precedence - firstRank];
  return rank === undefined ? 'edge.fallback' : `matrix ${rank}`;
}
