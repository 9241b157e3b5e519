import { EngineError } from '../errors/index.ts';
import { nearestName, toolsReached, type CompiledPipeline, type CompiledProject } from '../manifest-compiler/index.ts';
import {
  choosePipeline,
  type PipelineCandidate,
  type RouteFilter,
  type RouteRequest,
  type RoutingDecision,
} from '../services/index.ts';

export interface TaskRequest extends RouteRequest {
  /** What the task is to do, for scores. Default: null. */
  readonly input?: unknown;
}

/** Modes that mean something everywhere; `normal` is a task without one, which fits every pipeline. */
const builtInModes = ['normal', 'analysis_only', 'dry_run'];

/** Modes that tasks of a project may have. */
export function modesOf({ pipelines }: CompiledProject): readonly string[] {
  return [...new Set([...builtInModes, ...[...pipelines.values()].flatMap(({ spec }) => spec?.modes ?? [])])];
}

/** Throws TASK_MODE_UNKNOWN: a safe mode that is mistyped must not run tools for real. */
export function checkMode(compiled: CompiledProject, mode: string): void {
  const known = modesOf(compiled);
  if (known.includes(mode)) return;
  const guess = known.find((name) => name.replaceAll('_', '') === mode.toLowerCase().replaceAll(/[-_ ]/gu, ''));
  const list = known.map((name) => `"${name}"`).join(', ');
  throw new EngineError('TASK_MODE_UNKNOWN', `There is no mode "${mode}".`, {
    hint: guess === undefined ? `Use one of ${list}.` : `Did you mean "${guess}"?`,
    details: { known },
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

/** Picks the pipeline of a task. Throws TASK_MODE_UNKNOWN, or ROUTING_NO_PIPELINE with the reason for each refusal. */
export function routeTask(
  compiled: CompiledProject,
  request: TaskRequest,
  filters: readonly RouteFilter[] = [],
): RoutingDecision {
  checkMode(compiled, request.mode);
  checkPipeline(compiled, request.pipeline);
  const candidates = Array.from(compiled.pipelines.values(), (pipeline) => candidateOf(compiled, pipeline, request));
  return choosePipeline(candidates, request, filters);
}

function candidateOf(
  compiled: CompiledProject,
  pipeline: CompiledPipeline,
  { mode, tags: given, input = null }: TaskRequest,
): PipelineCandidate {
  const { modes, tags, priority } = pipeline.spec ?? {};
  const { score } = pipeline;
  return {
    id: pipeline.id,
    ...(modes !== undefined && { modes }),
    ...(tags !== undefined && { tags }),
    ...(priority !== undefined && { priority }),
    ...(score !== undefined && { score: () => score.evaluate({ task: { mode, tags: given }, input }) }),
    reaches: () => {
      const { normal, analysis_only: safe } = toolsReached(compiled, pipeline);
      const harmless = new Set([...safe.run, ...safe.depends]);
      return { all: normal.run, mutating: normal.run.filter((tool) => !harmless.has(tool)), undeclared: safe.depends };
    },
  };
}
