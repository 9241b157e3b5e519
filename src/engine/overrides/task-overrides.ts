import type { CompiledProject } from '../../manifest-compiler/index.ts';
import {
  effectsOf,
  type GivenOverride,
  type MemoryStores,
  type RefusedOverride,
  type RoutingDecision,
  type TaskOverrides,
} from '../../services/index.ts';
import type { Definition } from '../definition.ts';
import type { ConsentFile } from '../project/consent-file.ts';
import { routeTask, type TaskRequest } from '../routing.ts';
import type { TaskBudget } from '../stages/budget-scopes.ts';
import { storeProblem } from './check-override.ts';
import { planOverrides, type OverridePlan } from './plan-overrides.ts';
import { callerOverrides, isParsed, requestOverrides, storedOverrides, type FoundOverrides } from './read-overrides.ts';
import type { RequestReading, RequestToRead } from './request-reader.ts';
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

export type MaybeRead = Omit<RequestToRead, 'input' | 'budget'> & { readonly input: unknown };

/**
 * What an agent reads from the request of a new task; nothing where none is to read it, or there is nothing to read. Overrides that
 * are known without it are asked for first: what is wrong with them costs no call.
 */
export async function readingOf(
  definition: Definition,
  { input, ...task }: MaybeRead,
  knownOverrides: () => TaskOverrides | undefined,
): Promise<RequestReading | undefined> {
  const { compiled } = definition;
  const isAsked = compiled.project.engine.overrides?.agent !== undefined;
  if (!isAsked || !isParsed(compiled, input) || input.trim() === '') return undefined;
  const budget = budgetIn(knownOverrides());
  const { readRequest } = await definition.load();
  return readRequest?.({ ...task, input, budget });
}

function budgetIn(overrides: TaskOverrides | undefined): TaskBudget {
  if (overrides === undefined) return { budget: {}, raises: {} };
  const { budget, raises } = effectsOf(overrides);
  return { budget, raises };
}

/** The overrides of a task by what is known so far. Throws TASK_OVERRIDE_INVALID. */
export function overridesOf(compiled: CompiledProject, task: NewTask): TaskOverrides {
  return planned(compiled, task, foundIn(compiled, task)).overrides;
}

function foundIn(
  compiled: CompiledProject,
  { stored, input, reading, overrides, added = [] }: NewTask,
): FoundOverrides {
  const found = requestOverrides(compiled, input, reading);
  return {
    ...found,
    given: [...stored.given, ...found.given, ...callerOverrides(overrides), ...added],
    refused: [...stored.refused, ...found.refused],
  };
}

function planned(compiled: CompiledProject, { mode, pipeline, ...task }: NewTask, found: FoundOverrides): OverridePlan {
  const asked = { ...(pipeline !== undefined && { pipeline }), ...(mode !== undefined && { mode }) };
  return planOverrides({ compiled, ...found, consents: task.consents, allow: task.allow, ...asked });
}

/** Throws TASK_OVERRIDE_INVALID, TASK_MODE_UNKNOWN, ROUTING_NO_PIPELINE. */
export function beginTask(compiled: CompiledProject, task: NewTask): TaskBeginning {
  const { mode, pipeline, tags, input } = task;
  const found = foundIn(compiled, task);
  const insists = pipeline === undefined ? {} : { pipeline };
  const request = { tags, input, ...insists };
  if (found.given.length + found.refused.length === 0 && found.reader === undefined) {
    const plain = mode ?? 'normal';
    return { mode: plain, routing: routeTask(compiled, { ...request, mode: plain }) };
  }
  const plan = planned(compiled, task, found);
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
