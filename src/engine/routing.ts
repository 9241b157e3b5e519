import { EngineError } from '../errors/index.ts';
import { nearestName, type CompiledPipeline, type CompiledProject } from '../manifest-compiler/index.ts';

export interface RouteRequest {
  readonly mode: string;
  readonly tags: readonly string[];
  /** A pipeline that the caller insists on. */
  readonly pipeline?: string;
}

export interface RoutingDecision {
  readonly chosen: string;
  readonly candidates: readonly string[];
  readonly reason: string;
}

/** Modes that mean something everywhere; `normal` is a task without one, which fits every pipeline. */
const builtInModes = ['normal', 'analysis_only', 'dry_run'];

/** Throws TASK_MODE_UNKNOWN: a safe mode that is mistyped must not run tools for real. */
export function checkMode({ pipelines }: CompiledProject, mode: string): void {
  const known = new Set([...builtInModes, ...[...pipelines.values()].flatMap(({ spec }) => spec?.modes ?? [])]);
  if (known.has(mode)) return;
  const guess = [...known].find((name) => name.replaceAll('_', '') === mode.toLowerCase().replaceAll(/[-_ ]/gu, ''));
  const list = [...known].map((name) => `"${name}"`).join(', ');
  throw new EngineError('TASK_MODE_UNKNOWN', `There is no mode "${mode}".`, {
    hint: guess === undefined ? `Use one of ${list}.` : `Did you mean "${guess}"?`,
    details: { known: [...known] },
  });
}

function checkPipeline({ pipelines }: CompiledProject, id: string | undefined): void {
  if (id === undefined || pipelines.has(id)) return;
  const known = [...pipelines.keys()];
  const nearest = nearestName(id, known);
  throw new EngineError('ROUTING_NO_PIPELINE', `The project has no pipeline "${id}".`, {
    hint: nearest === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean "${nearest}"?`,
  });
}

/**
 * Picks the pipeline of a task: those whose modes and tags fit, then the one with the most matching tags, then the
 * highest priority, then the first id. Throws TASK_MODE_UNKNOWN, or ROUTING_NO_PIPELINE with the reason for each refusal.
 */
export function choosePipeline(compiled: CompiledProject, request: RouteRequest): RoutingDecision {
  const { pipelines } = compiled;
  checkMode(compiled, request.mode);
  checkPipeline(compiled, request.pipeline);
  const refusals = [...pipelines.values()].map((pipeline) => ({ pipeline, refusal: refusalOf(pipeline, request) }));
  const candidates = refusals.filter(({ refusal }) => refusal === undefined).map(({ pipeline }) => pipeline);
  const [best] = candidates.toSorted(byFit);
  if (best === undefined) throw noPipeline(refusals);
  return {
    chosen: best.id,
    candidates: candidates.map(({ id }) => id),
    reason: reasonFor(best, candidates.length, request),
  };
}

function refusalOf({ id, spec }: CompiledPipeline, { mode, tags, pipeline }: RouteRequest): string | undefined {
  if (pipeline !== undefined && pipeline !== id) return `pipeline "${pipeline}" is asked for`;
  if (spec?.modes !== undefined && !spec.modes.includes(mode) && mode !== 'normal') {
    return `mode "${mode}" is not among ${spec.modes.join(', ')}`;
  }
  const missing = (spec?.tags ?? []).filter((tag) => !tags.includes(tag));
  return missing.length > 0 ? `the task lacks the tags ${missing.join(', ')}` : undefined;
}

function byFit(one: CompiledPipeline, other: CompiledPipeline): number {
  const tags = tagCount(other) - tagCount(one);
  if (tags !== 0) return tags;
  const priority = priorityOf(other) - priorityOf(one);
  if (priority !== 0) return priority;
  return one.id < other.id ? -1 : 1;
}

function tagCount({ spec }: CompiledPipeline): number {
  return spec?.tags?.length ?? 0;
}

function priorityOf({ spec }: CompiledPipeline): number {
  return spec?.priority ?? 0;
}

function reasonFor(best: CompiledPipeline, count: number, { pipeline }: RouteRequest): string {
  if (pipeline !== undefined) return 'The caller asked for it.';
  if (count === 1) return 'It is the only one that fits.';
  return `Of ${count} that fit it comes first by tags (${tagCount(best)}), priority (${priorityOf(best)}) and id.`;
}

function noPipeline(refusals: readonly { pipeline: CompiledPipeline; refusal: string | undefined }[]): EngineError {
  const reasons = refusals.map(({ pipeline, refusal }) => `"${pipeline.id}": ${refusal ?? ''}`);
  return new EngineError('ROUTING_NO_PIPELINE', `No pipeline accepts the task (${reasons.join('; ')}).`, {
    hint: 'Give the task another mode, other tags or another pipeline.',
    details: { refusals: reasons },
  });
}
