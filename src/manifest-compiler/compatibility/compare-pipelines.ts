import type { CompatibilityVerdict, NodeMapping, PipelineCompatibility, Refusal } from './compatibility.ts';
import type { CompiledPipeline, CompiledProject } from '../compile/compiled.ts';
import { pipelineDifferences } from './differences.ts';
import { pairNodes, type Pairing } from './node-pairs.ts';
import { droppedNodes, droppedStages, findValidity, type Validity, type Versions } from './validity.ts';
import type { VersionOf } from './version.ts';

/** Two versions of a pipeline with what is the same in them. */
export interface Comparison {
  readonly versions: Versions;
  readonly pairing: Pairing;
  readonly validity: Validity;
  readonly reasons: readonly Refusal[];
}

/** The pipeline that a task of an old one goes on with: its namesake, or the whole workflow where none is declared. */
export function successorOf(before: CompiledPipeline, after: CompiledProject): CompiledPipeline | undefined {
  if (before.spec !== undefined) return after.pipelines.get(before.id);
  const [only] = after.pipelines.values();
  return only?.spec === undefined ? only : after.pipelines.get(before.id);
}

export function comparePipelines(versions: Versions): Comparison {
  const pairing = pairNodes(versions.before, versions.after);
  const validity = findValidity(versions, pairing);
  const [old, fresh] = [versions.before.pipeline, versions.after.pipeline];
  const begins = pairing.pairs.get(old.graph.entry.id)?.after;
  const isSameEntry = begins === fresh.graph.entry;
  return { versions, pairing, validity, reasons: isSameEntry ? [] : [entryRefusal(old, fresh)] };
}

function entryRefusal(before: CompiledPipeline, after: CompiledPipeline): Refusal {
  const [old, fresh] = [before.graph.entry.id, after.graph.entry.id];
  return {
    kind: 'entry_changed',
    sentence: `Pipeline "${after.id}" begins at "${fresh}" instead of "${old}", so nothing that came of "${old}" can be kept. Begin a new task.`,
  };
}

export function removedPipeline(pipeline: string): Refusal {
  return { kind: 'pipeline_removed', sentence: `There is no pipeline "${pipeline}" any more. Begin a new task.` };
}

/** The answer about every task of a pipeline, wherever it stands. */
export function describePipeline(comparison: Comparison): PipelineCompatibility {
  const { versions, pairing, reasons } = comparison;
  const mapping = mappingOf(comparison);
  const isUntouched =
    mapping.again.length === 0 && mapping.renamed.length === 0 && droppedStages(versions, pairing).length === 0;
  return {
    verdict: reasons.length > 0 ? 'refused' : isUntouched ? 'compatible' : 'migratable',
    pipeline: versions.before.pipeline.id,
    reasons,
    differences: pipelineDifferences(versions, pairing),
    mapping,
  };
}

/** Ends have no result: they are kept as long as they are there. */
function mappingOf({ versions, pairing, validity }: Comparison): NodeMapping {
  const { graph } = versions.before.pipeline;
  const repeats = graph.nodes.flatMap((node) => {
    const repeat = validity.again.get(node.id) ?? validity.sometimes.get(node.id);
    return repeat === undefined || node.closes !== undefined ? [] : [repeat];
  });
  const repeated = new Set(repeats.map(({ node }) => node));
  const known = graph.nodes.filter(({ id }) => pairing.pairs.has(id));
  const taken = new Set(Array.from(pairing.pairs.values(), ({ after }) => after));
  return {
    kept: known.flatMap(({ id }) => (repeated.has(id) ? [] : [id])),
    again: repeats,
    dropped: droppedNodes(versions, pairing).map(({ id }) => id),
    renamed: [...pairing.names].map(([from, to]) => ({ from, to })),
    added: versions.after.pipeline.graph.nodes.flatMap((node) => (taken.has(node) ? [] : [node.id])),
  };
}

const severity = { compatible: 0, migratable: 1, refused: 2 } as const satisfies Record<CompatibilityVerdict, number>;

export function worstOf(verdicts: readonly CompatibilityVerdict[]): CompatibilityVerdict {
  return verdicts.reduce<CompatibilityVerdict>(
    (worst, verdict) => (severity[verdict] > severity[worst] ? verdict : worst),
    'compatible',
  );
}

/** Both versions of a pipeline; undefined when the new one has nothing for it. */
export function versionsOf(
  before: CompiledPipeline,
  successor: CompiledPipeline | undefined,
  of: { readonly before: VersionOf; readonly after: VersionOf },
): Versions | undefined {
  return successor === undefined ? undefined : { before: of.before(before), after: of.after(successor) };
}
