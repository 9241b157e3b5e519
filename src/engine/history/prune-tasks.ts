import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError } from '../../errors/index.ts';
import { Duration, durationMs, type MemorySpec, type RetentionSpec } from '../../manifest/index.ts';
import {
  overStatuses,
  removeTaskMemories,
  type EventData,
  type OverStatus,
  type Pruned,
  type PruneOptions,
  type TaskStore,
} from '../../services/index.ts';
import { noState } from './no-state.ts';

/** Which tasks are to go. Without ids, status and age those go that `engine.retention` of the project does not keep. */
export interface PruneRequest {
  readonly ids?: readonly string[];
  /** Ways of being over; tasks that can go on are never removed. Default: all. */
  readonly status?: readonly OverStatus[];
  /** Only tasks that did not change since then: epoch in milliseconds. */
  readonly updatedBefore?: number;
  /** Removes nothing, and counts the tasks that would go. */
  readonly dryRun?: boolean;
}

export interface PruneResult {
  readonly dryRun: boolean;
  /** Tasks that are below no other; those below them go with them. */
  readonly tasks: number;
  /** Values and contents of files that no task refers to any more. A dry run does not count them, nor the next. */
  readonly artifacts: number;
  /** Manifests that no task refers to any more. */
  readonly definitions: number;
}

export interface PruneContext {
  readonly store: TaskStore | undefined;
  readonly now: () => number;
  readonly directory: string;
  readonly stateDirectory: string;
  readonly tell: (pruned: EventData<'task.pruned'>) => void;
  /** The manifests of the project as they are now. */
  readonly project: {
    readonly engine: { readonly retention?: RetentionSpec | undefined };
    readonly memory: MemorySpec;
  };
}

/** Leaves room for others after each step, in this process and in others. */
export async function pruneTasks(context: PruneContext, request: PruneRequest): Promise<PruneResult> {
  const { dryRun = false } = request;
  let [tasks, artifacts, definitions] = [0, 0, 0];
  for (const step of pruneSteps(context, rulesOf(context, request))) {
    tasks += step.tasks.length;
    artifacts += step.artifacts;
    definitions += step.definitions;
    if (!dryRun) await afterStep(context, step, 'request');
    await nextTurn();
  }
  return { dryRun, tasks, artifacts, definitions };
}

/** One short transaction after the other, each when it is asked for. */
export function* pruneSteps(
  { store }: PruneContext,
  rules: readonly PruneOptions[],
): Generator<Pruned, void, undefined> {
  if (store === undefined) throw noState('there is nothing to remove');
  for (const rule of rules) yield* store.prune(rule);
}

/** What `engine.retention` lets go by now. */
export function retentionRules({ project, now }: PruneContext): readonly PruneOptions[] {
  const { retention = {} } = project.engine;
  return overStatuses.flatMap((status) => {
    const keptFor = retention[status] ?? 'keep';
    return keptFor === 'keep' ? [] : [{ status: [status], updatedBefore: now() - durationMs(keptFor), now: now() }];
  });
}

/** What is left to do for tasks that were removed. */
export async function afterStep(
  context: PruneContext,
  { tasks, below }: Pruned,
  by: EventData<'task.pruned'>['by'],
): Promise<void> {
  if (tasks.length > 0) context.tell({ tasks, below: below.length, by });
  await forgetMemories(context, [...tasks, ...below]);
}

async function forgetMemories(
  { directory: projectDirectory, stateDirectory, project }: PruneContext,
  ids: readonly string[],
): Promise<void> {
  const store = project.memory.memory?.task_store;
  if (store === undefined || store.type === 'in_memory' || store.type === 'disabled') return;
  await removeTaskMemories(project.memory, { projectDirectory, stateDirectory }, ids);
}

/** The age that a text such as "30d" tells, in milliseconds; nothing for other texts. */
export function ageMs(text: string): number | undefined {
  const duration = Duration.safeParse(text);
  return duration.success ? durationMs(duration.data) : undefined;
}

function rulesOf(context: PruneContext, request: PruneRequest): readonly PruneOptions[] {
  const { ids, status, updatedBefore, dryRun = false } = request;
  if ((ids ?? status ?? updatedBefore) === undefined) {
    if (context.project.engine.retention === undefined) throw nothingSaid();
    return retentionRules(context).map((rule) => Object.assign(rule, { dryRun }));
  }
  const chosen = {
    ...(ids !== undefined && { ids }),
    ...(status !== undefined && { status }),
    ...(updatedBefore !== undefined && { updatedBefore }),
  };
  return [{ ...chosen, dryRun, now: context.now() }];
}

function nothingSaid(): EngineError {
  return new EngineError('HOST_USAGE', 'Nothing says which tasks are to be removed.', {
    hint: 'Name an age or a status, or declare retention in engine.yaml.',
  });
}
