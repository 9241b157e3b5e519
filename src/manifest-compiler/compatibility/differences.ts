import type { Difference, EdgeName } from './compatibility.ts';
import { differingFields, listed } from './definition.ts';
import type { NodePair, Pairing } from './node-pairs.ts';
import type { Names } from './rename-stages.ts';
import { stableText } from './stable-text.ts';
import type { Versions } from './validity.ts';
import { nameOf, type Version } from './version.ts';
import { edgeConditions } from './wiring.ts';

/** What differs between two versions of a pipeline, in the words of the manifests. Nodes that the compiler made are left out. */
export function pipelineDifferences(versions: Versions, pairing: Pairing): readonly Difference[] {
  return [
    ...frameDifferences(versions, pairing),
    ...nodeDifferences(versions, pairing),
    ...edgeDifferences(versions, pairing),
  ];
}

function frameDifferences({ before, after }: Versions, { pairs }: Pairing): readonly Difference[] {
  const [one, other] = [before.pipeline.graph, after.pipeline.graph];
  const found: Difference[] = [];
  if (pairs.get(one.entry.id)?.after !== other.entry) {
    found.push({
      kind: 'entry_changed',
      node: other.entry.id,
      sentence: `The pipeline begins at "${other.entry.id}" instead of "${one.entry.id}".`,
    });
  }
  const exits = [
    ...(one.exit === other.exit ? [] : ['exit']),
    ...(one.failFast === other.failFast ? [] : ['fail_fast']),
  ];
  if (exits.length > 0) {
    const sentence = `The workflow differs in when it is over (${listed(exits)}).`;
    found.push({ kind: 'exit_changed', fields: exits, sentence });
  }
  const [spec, newSpec] = [before.pipeline.spec, after.pipeline.spec];
  const routing = (['modes', 'tags', 'priority', 'score'] as const).filter(
    (field) => stableText(spec?.[field]) !== stableText(newSpec?.[field]),
  );
  if (routing.length > 0) {
    const sentence = 'Other tasks are given to the pipeline; those that have it keep it.';
    found.push({ kind: 'routing_changed', fields: routing, sentence });
  }
  if (stableText(before.project.pipelines.fallbacks) !== stableText(after.project.pipelines.fallbacks)) {
    found.push({ kind: 'fallbacks_changed', fields: ['fallbacks'], sentence: 'The fallback matrix differs.' });
  }
  return found;
}

function nodeDifferences(versions: Versions, { pairs }: Pairing): readonly Difference[] {
  const { before, after } = versions;
  const targets = new Set(Array.from(pairs.values(), (pair) => pair.after));
  const declared = before.pipeline.graph.nodes.filter(({ standsFor }) => standsFor === undefined);
  return [
    ...declared.flatMap((node): readonly Difference[] => {
      const pair = pairs.get(node.id);
      if (pair !== undefined) return pairDifferences(pair);
      return [{ kind: 'node_removed', node: node.id, sentence: `${nameOf(node)} is gone.` }];
    }),
    ...after.pipeline.graph.nodes.flatMap((node): readonly Difference[] =>
      targets.has(node) || node.standsFor !== undefined
        ? []
        : [{ kind: 'node_added', node: node.id, sentence: `${nameOf(node)} is new.` }],
    ),
  ];
}

function pairDifferences(pair: NodePair): readonly Difference[] {
  const node = pair.before.id;
  const found: Difference[] = [];
  if (pair.after.id !== node)
    found.push({ kind: 'node_renamed', node, sentence: `"${node}" is called "${pair.after.id}" now.` });
  const fields = differingFields(pair.definitions.before, pair.definitions.after);
  if (fields.length > 0)
    found.push({ kind: 'node_changed', node, fields, sentence: `"${node}" differs in ${listed(fields)}.` });
  const limits = (['retries', 'timeoutMs', 'stageTimeoutMs', 'backoffMs'] as const).filter(
    (limit) => pair.before[limit] !== pair.after[limit],
  );
  if (limits.length > 0) {
    const names = limits.map((limit) => limit.replace('Ms', '').replace('stageT', 'stage_t'));
    found.push({
      kind: 'limits_changed',
      node,
      fields: names,
      sentence: `Attempts at "${node}" differ in ${listed(names)}.`,
    });
  }
  return found;
}

interface DeclaredEdge {
  readonly name: EdgeName;
  readonly conditions: string;
}

function edgeDifferences({ before, after }: Versions, { names }: Pairing): readonly Difference[] {
  const old = edgesByEnds(before, names);
  const fresh = edgesByEnds(after, new Map());
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((ends) =>
    differencesBetween(old.get(ends) ?? [], fresh.get(ends) ?? []),
  );
}

/** Edges of the manifest by their ends in the new version. */
function edgesByEnds(version: Version, names: Names): ReadonlyMap<string, readonly DeclaredEdge[]> {
  const edges = version.pipeline.graph.edges.flatMap((edge): readonly DeclaredEdge[] => {
    if (version.edgeById.get(edge.id)?.source === undefined) return [];
    const [from, to] = [edge.from.id, edge.to.id].map((id) => names.get(id) ?? id);
    const name = { from: from ?? '', to: to ?? '', type: edge.kind };
    return [{ name, conditions: stableText(edgeConditions(version, edge, names)) }];
  });
  return Map.groupBy(edges, ({ name }) => `${name.from} ${name.to}`);
}

function differencesBetween(old: readonly DeclaredEdge[], fresh: readonly DeclaredEdge[]): readonly Difference[] {
  const gone = old.filter(({ conditions }) => !fresh.some((edge) => edge.conditions === conditions));
  const come = fresh.filter(({ conditions }) => !old.some((edge) => edge.conditions === conditions));
  const [lost, found] = [gone[0], come[0]];
  if (lost !== undefined && found !== undefined && gone.length === 1 && come.length === 1) {
    const sentence = `The edge ${arrow(found.name)} is taken in another case.`;
    return [{ kind: 'edge_changed', edge: found.name, sentence }];
  }
  return [
    ...gone.map(({ name }): Difference => ({
      kind: 'edge_removed',
      edge: name,
      sentence: `The edge ${arrow(name)} is gone.`,
    })),
    ...come.map(({ name }): Difference => ({
      kind: 'edge_added',
      edge: name,
      sentence: `The edge ${arrow(name)} is new.`,
    })),
  ];
}

function arrow({ from, to, type }: EdgeName): string {
  const kind = type === 'error' || type === 'fallback' ? ` (${type})` : '';
  return `"${from}" → "${to}"${kind}`;
}
