import type { CompiledProject } from '../../manifest-compiler/index.ts';
import { isEngineError } from '../../errors/index.ts';
import type { GivenOverride, RefusedOverride, RouteFilter, RoutingDecision } from '../../services/index.ts';
import { routeTask, type TaskRequest } from '../routing.ts';
import { unavoidable } from './names.ts';

interface OverrideFilter extends RouteFilter {
  /** It gives way when nothing is left otherwise. */
  readonly isSoft: boolean;
  readonly given: GivenOverride;
}

/** What overrides take out of the pipelines that a task can have. */
export function filtersOf(applied: readonly GivenOverride[], compiled: CompiledProject): readonly OverrideFilter[] {
  return applied.flatMap((given) => {
    const { spec, source } = given;
    const filter = (refuses: RouteFilter['refuses'], isSoft = spec.severity === 'hint'): OverrideFilter => ({
      overrideId: spec.id,
      refuses,
      isSoft,
      given,
    });
    if (spec.kind === 'routing') {
      const { pipeline, avoid = [] } = spec.payload;
      const isAsked = source.from === 'caller';
      return [
        ...(pipeline === undefined
          ? []
          : [filter(({ id }) => (id === pipeline ? undefined : `pipeline "${pipeline}" is asked for`), !isAsked)]),
        ...(avoid.length === 0 ? [] : [filter((candidate) => avoided(candidate, avoid, compiled))]),
      ];
    }
    const mode = spec.kind === 'mode' || spec.kind === 'safety' ? spec.payload.mode : undefined;
    return mode === 'analysis_only' ? [filter(mutates)] : [];
  });
}

type Candidate = Parameters<RouteFilter['refuses']>[0];

function avoided({ id, reaches }: Candidate, avoid: readonly string[], compiled: CompiledProject): string | undefined {
  if (avoid.includes(id)) return 'it is to be avoided';
  const pipeline = compiled.pipelines.get(id);
  const part = pipeline === undefined ? undefined : unavoidable(pipeline, avoid, compiled);
  const tools = new Set(reaches().all);
  const found = part ?? avoid.find((name) => tools.has(name));
  return found === undefined ? undefined : `it goes through "${found}", which is to be avoided`;
}

function mutates({ reaches }: Candidate): string | undefined {
  const [tool] = reaches().mutating;
  return tool === undefined ? undefined : `it reaches "${tool}", which changes things`;
}

export interface Route {
  readonly decision: RoutingDecision;
  /** Hints that would have left no pipeline. */
  readonly refused: readonly RefusedOverride[];
}

/**
 * Chooses the pipeline of a task by its overrides. A hint that would leave no pipeline gives way, the last one first. Throws as
 * `routeTask` does.
 */
export function routeByOverrides(
  compiled: CompiledProject,
  request: TaskRequest,
  filters: readonly OverrideFilter[],
): Route {
  const hard = filters.filter(({ isSoft }) => !isSoft);
  const soft = filters.filter(({ isSoft }) => isSoft);
  for (let count = soft.length; count > 0; count -= 1) {
    const decision = tryRoute(compiled, request, [...hard, ...soft.slice(0, count)]);
    if (decision !== undefined) return { decision, refused: soft.slice(count).map(refusalOf) };
  }
  return { decision: routeTask(compiled, request, hard), refused: soft.map(refusalOf) };
}

function tryRoute(
  compiled: CompiledProject,
  request: TaskRequest,
  filters: readonly RouteFilter[],
): RoutingDecision | undefined {
  try {
    return routeTask(compiled, request, filters);
  } catch (error) {
    if (isEngineError(error) && error.code === 'ROUTING_NO_PIPELINE') return undefined;
    throw error;
  }
}

function refusalOf({ given: { spec, source } }: OverrideFilter): RefusedOverride {
  const reason =
    spec.kind === 'routing'
      ? 'it is a hint, and would leave no pipeline'
      : 'it is a hint, and no pipeline is without tools that change things: they do not run';
  return { id: spec.id, kind: spec.kind, reason, source };
}
