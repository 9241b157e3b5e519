import type { CompiledProject } from '../../manifest-compiler/index.ts';
import type {
  GivenOverride,
  MemoryStores,
  RefusedOverride,
  RoutingDecision,
  TaskOverrides,
} from '../../services/index.ts';
import type { Definition } from '../definition.ts';
import type { ConsentFile } from '../project/consent-file.ts';
import { routeTask, type TaskRequest } from '../routing.ts';
import { storeProblem } from './check-override.ts';
import { planOverrides } from './plan-overrides.ts';
import { callerOverrides, isParsed, requestOverrides, storedOverrides, type FoundOverrides } from './read-overrides.ts';
import type { RequestReading } from './request-reader.ts';
import { filtersOf, routeByOverrides } from './route-filters.ts';

export interface NewTask extends Omit<TaskRequest, 'mode'> {
  readonly mode?: string;
  readonly input: unknown;
  readonly overrides: unknown;
  readonly allow: boolean;
  readonly stored: FoundOverrides;
  /** What an agent read from the request. */
  readonly reading?: RequestReading;
  /** Those of plugins, which nobody overrules who says no more than they do. */
  readonly added?: readonly GivenOverride[];
  readonly consents: Pick<ConsentFile, 'find'>;
}

/** How a task begins: its mode and its pipeline by the overrides that it has, if any. */
export interface TaskBeginning {
  readonly mode: string;
  readonly routing: RoutingDecision;
  readonly overrides?: TaskOverrides;
}

export const noOverrides: FoundOverrides = { given: [], refused: [] };

/** Preferences for the tasks of a project. Its services are loaded only where a store may hold some. */
export async function preferencesOf(definition: Definition): Promise<FoundOverrides> {
  const { compiled } = definition;
  if (storeProblem('project', compiled) !== undefined && storeProblem('global', compiled) !== undefined)
    return noOverrides;
  const { stores }: { stores: MemoryStores } = await definition.load();
  return storedOverrides(stores);
}

/** What an agent reads from the request of a new task; nothing where none is to read it, or there is nothing to read. */
export async function readingOf(
  definition: Definition,
  { input, ...task }: { readonly taskId: string; readonly mode: string; readonly input: unknown },
): Promise<RequestReading | undefined> {
  const { compiled } = definition;
  const isAsked = compiled.project.engine.overrides?.agent !== undefined;
  if (!isAsked || !isParsed(compiled, input) || input.trim() === '') return undefined;
  const { readRequest } = await definition.load();
  return readRequest?.({ ...task, input });
}

/** Throws TASK_OVERRIDE_INVALID, TASK_MODE_UNKNOWN, ROUTING_NO_PIPELINE. */
export function beginTask(compiled: CompiledProject, task: NewTask): TaskBeginning {
  const { stored, mode, pipeline, tags, input } = task;
  const found = requestOverrides(compiled, input, task.reading);
  const given = [...stored.given, ...found.given, ...callerOverrides(task.overrides), ...(task.added ?? [])];
  const refused = [...stored.refused, ...found.refused];
  const insists = pipeline === undefined ? {} : { pipeline };
  const request = { tags, input, ...insists };
  const { reader } = found;
  if (given.length + refused.length === 0 && reader === undefined) {
    const plain = mode ?? 'normal';
    return { mode: plain, routing: routeTask(compiled, { ...request, mode: plain }) };
  }
  const asked = { ...insists, ...(mode !== undefined && { mode }) };
  const said = { given, refused, ...(reader !== undefined && { reader }) };
  const plan = planOverrides({ compiled, ...said, consents: task.consents, allow: task.allow, ...asked });
  const filters = filtersOf(plan.overrides.applied, compiled);
  const route = routeByOverrides(compiled, { ...request, mode: plan.mode }, filters);
  return { mode: plan.mode, routing: route.decision, overrides: withRefused(plan.overrides, route.refused) };
}

/** Hints that give way to the choice of a pipeline; a mode holds all the same. */
function withRefused(overrides: TaskOverrides, refused: readonly RefusedOverride[]): TaskOverrides {
  const gone = new Set(refused.filter(({ kind }) => kind === 'routing').map(({ id }) => id));
  return {
    ...overrides,
    applied: overrides.applied.filter(({ spec }) => !gone.has(spec.id)),
    refused: [...overrides.refused, ...refused],
  };
}
