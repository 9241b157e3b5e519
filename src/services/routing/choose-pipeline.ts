import { EngineError } from '../../errors/index.ts';
import type { RoutingCandidate, RoutingDecision } from './decision.ts';
import type { PipelineCandidate, RouteFilter, RouteRequest } from './pipeline-candidate.ts';
import { pickFirst } from './pick-first.ts';

/** A mode that fits every pipeline: that of a task that says none. */
const anyMode = 'normal';

/**
 * Picks the pipeline of a task: of those whose modes and tags fit and that no filter takes out, the one with the most
 * tags, then the highest priority, then the highest score, then the first id. The order of the candidates is of no
 * matter. Throws ROUTING_NO_PIPELINE with the reason for each refusal.
 */
export function choosePipeline(
  candidates: readonly PipelineCandidate[],
  request: RouteRequest,
  filters: readonly RouteFilter[] = [],
): RoutingDecision {
  const overrides = new Set<string>();
  const judged: RoutingCandidate[] = [];
  const fitting: PipelineCandidate[] = [];
  for (const candidate of candidates.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    const refusal = refusalOf(candidate, request) ?? filteredBy(candidate, filters, overrides);
    judged.push({ id: candidate.id, ...(refusal !== undefined && { refusal }) });
    if (refusal === undefined) fitting.push(candidate);
  }
  const picked = pickFirst(fitting);
  if (picked === undefined) throw noPipeline(judged, overrides.size > 0);
  const isAskedFor = request.pipeline !== undefined;
  return {
    at: 'task',
    kind: 'pipeline',
    candidates: isAskedFor ? judged : judged.map((each) => withPlace(each, picked.behind)),
    chosen: picked.id,
    rule: isAskedFor ? 'pipeline.requested' : `pipeline.${picked.by}`,
    reason: isAskedFor ? 'The caller asked for it.' : picked.reason,
    overrides: [...overrides],
  };
}

function withPlace(candidate: RoutingCandidate, places: ReadonlyMap<string, string>): RoutingCandidate {
  const behind = places.get(candidate.id);
  return behind === undefined ? candidate : { ...candidate, behind };
}

function refusalOf(
  { id, modes, tags = [] }: PipelineCandidate,
  { mode, tags: given, pipeline }: RouteRequest,
): string | undefined {
  if (pipeline !== undefined && pipeline !== id) return `pipeline "${pipeline}" is asked for`;
  if (modes !== undefined && !modes.includes(mode) && mode !== anyMode) {
    return `mode "${mode}" is not among ${modes.join(', ')}`;
  }
  const missing = tags.filter((tag) => !given.includes(tag));
  return missing.length > 0 ? `the task lacks the tags ${missing.join(', ')}` : undefined;
}

/** All overrides that refuse a candidate have had an effect, though the first one gives the reason. */
function filteredBy(
  candidate: PipelineCandidate,
  filters: readonly RouteFilter[],
  overrides: Set<string>,
): string | undefined {
  const refusals = filters.flatMap((filter) => {
    const reason = filter.refuses(candidate);
    if (reason === undefined) return [];
    overrides.add(filter.overrideId);
    return [`${reason} (override "${filter.overrideId}")`];
  });
  return refusals[0];
}

function noPipeline(judged: readonly RoutingCandidate[], isOverridden: boolean): EngineError {
  const reasons = judged.map(({ id, refusal }) => `"${id}": ${refusal ?? ''}`);
  return new EngineError('ROUTING_NO_PIPELINE', `No pipeline accepts the task (${reasons.join('; ')}).`, {
    hint: `Give the task another mode, other tags or another pipeline${isOverridden ? ', or leave out the override' : ''}.`,
    details: { refusals: reasons },
  });
}
