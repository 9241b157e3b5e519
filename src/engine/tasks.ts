import {
  creationFacts,
  type OpenQuestion,
  type TaskFact,
  type TaskRecord,
  type TaskResult,
  type TaskSummary,
} from '../hosts/index.ts';
import type { PermissionsSpec } from '../manifest/index.ts';
import type { TaskFilter, TaskOverrides } from '../services/index.ts';
import { readBreakpoints } from './breakpoints.ts';
import { runTask } from './carry-on.ts';
import { pruneTasks, type PruneRequest, type PruneResult } from './history/prune-tasks.ts';
import {
  beginTask,
  overridesOf,
  preferencesOf,
  readingOf,
  type NewTask,
  type TaskBeginning,
} from './overrides/task-overrides.ts';
import type { OverrideInput } from './overrides/read-overrides.ts';
import type { PreparedTask } from './plugins/task-hooks.ts';
import { stageCalls, type CallsOptions, type StageCallView } from './stage-calls.ts';
import { stageContexts, type ContextsOptions, type StageContextView } from './stage-contexts.ts';
import { taskPermissions } from './task-permissions.ts';
import { newTaskId } from './task-id.ts';
import { checkId, plainInput } from './task-input.ts';
import { createTaskOrders, type TaskOrders } from './task-orders.ts';
import { viewOf, type TaskView } from './task-view.ts';
import type { TasksContext } from './tasks-context.ts';
import { createTimeTravel, recordAt, type TimeTravel } from './history/time-travel.ts';
import { undoTask, type TaskUndo, type UndoOptions } from './history/undo-task.ts';

export interface TaskOptions {
  /** What the task is to do: any JSON value. */
  readonly input: unknown;
  /** A word that pipelines and tools go by; `analysis_only` and `dry_run` keep tools from doing harm. Default: normal. */
  readonly mode?: string;
  readonly tags?: readonly string[];
  /** Narrows for this task what engine, tools and agents permit; it can widen nothing. Kept with the task. */
  readonly permissions?: PermissionsSpec;
  /** Insists on a pipeline instead of having one chosen. */
  readonly pipeline?: string;
  /**
   * Changes to manifest values for this task: objects of a kind and a payload, or short forms such as `model=small`. They are
   * enforced unless they say "hint".
   */
  readonly overrides?: readonly OverrideInput[];
  /** Allows what overrides need consent for, so that nobody is asked. Default: false. */
  readonly allowOverrides?: boolean;
  /** Begin with every stage held: `stepTask` lets one at a time run, `resumeTask` all. */
  readonly step?: boolean;
  /** Nodes before which the task pauses, and edges at which it does when they are taken, as `from->to`. */
  readonly breakpoints?: readonly string[];
  /** Id of the task: at most 128 letters, digits, ".", "_" and "-". Default: a new one. */
  readonly id?: string;
}

export interface ShowOptions {
  /** As the task stood after this entry of its journal. Default: the last. */
  readonly at?: number;
}

/** What can be done with tasks. Methods that name a task throw TASK_NOT_FOUND; all throw ENGINE_CLOSED after `close`. */
export interface Tasks extends TaskOrders, TimeTravel {
  /** Creates a task and runs it to its end. */
  runOne(input: unknown, options?: Omit<TaskOptions, 'input'>): Promise<TaskResult>;
  /**
   * Throws ROUTING_NO_PIPELINE, TASK_INPUT_INVALID, TASK_INPUT_TOO_LARGE, TASK_ALREADY_EXISTS, TASK_BREAKPOINT_UNKNOWN,
   * TASK_PERMISSIONS_INVALID, TASK_OVERRIDE_INVALID.
   */
  createTask(options: TaskOptions): Promise<TaskView>;
  /** Runs a task until it is over, or paused or waiting for an answer with nothing at work. Throws TASK_BUSY when another process has it. */
  runTask(id: string): Promise<TaskResult>;
  /** Whether a run of the task goes on in this process. */
  isAtWork(id: string): boolean;
  /** What a task and the child tasks below it wait for, those that were asked first at the front. */
  questions(id: string): readonly OpenQuestion[];
  /** Newest first. */
  tasks(filter?: TaskFilter): readonly TaskSummary[];
  /** A task as it stands, or as it stood after an entry of its journal: `at`, from 0. Throws TASK_SEQ_UNKNOWN. */
  showTask(id: string, options?: ShowOptions): Promise<TaskView>;
  /**
   * What models and tools answered to the stages of a task, as far as it was kept: not for nodes of type tool, and in the memory
   * host only until the task is over.
   */
  calls(id: string, options?: CallsOptions): readonly StageCallView[];
  /** What the models of a task were shown of the memory, and what not, as far as it was kept: as long as `calls`. */
  contexts(id: string, options?: ContextsOptions): readonly StageContextView[];
  /**
   * Puts files back as they were before a task and the child tasks below it changed them, newest change first: all of
   * them, or none and TASK_UNDO_CONFLICT when one is not as the task left it. Takes back nothing twice. Throws TASK_BUSY,
   * HOST_NO_STATE.
   */
  undoTask(id: string, options?: UndoOptions): Promise<TaskUndo>;
  /**
   * Removes tasks that are over, with their child tasks, journals and memory files, and then what nothing refers to any more.
   * Tasks that somebody is at work on are left out. Throws HOST_NO_STATE, and HOST_USAGE when nothing says which tasks.
   */
  prune(request?: PruneRequest): Promise<PruneResult>;
}

export function createTasks(context: TasksContext): Tasks {
  const { host } = context;
  const tasks: Tasks = {
    ...createTaskOrders(context),
    async runOne(input, options = {}) {
      const { id } = await tasks.createTask({ ...options, input });
      return tasks.runTask(id);
    },
    createTask: async (options) => viewOf(await createTask(context, options), false),
    runTask: (id) => runTask(context, id),
    isAtWork: (id) => host.isAtWork(id),
    questions: (id) => host.questions(id),
    tasks: (filter) => host.tasks(filter),
    showTask: async (id, { at } = {}) => viewOf(recordAt(context, id, at), host.isAtWorkAnywhere(id)),
    calls: (id, options) => stageCalls(context.callsOf(recordAt(context, id).creation.id), options),
    contexts: (id, options) => stageContexts(context.callsOf(recordAt(context, id).creation.id), options),
    ...createTimeTravel(context),
    undoTask: (id, options = {}) => undoTask(context, id, options),
    prune: (request = {}) => pruneTasks(context, request),
  };
  return tasks;
}

async function createTask(context: TasksContext, options: TaskOptions): Promise<TaskRecord> {
  const { host, definitions, telemetry, now, hooks } = context;
  const { current } = definitions;
  checkId(options.id);
  const given = plainInput(options.input, current.compiled.project.engine.limits?.max_input_bytes);
  const createdAt = now();
  const { id = newTaskId(createdAt), tags = [] } = options;
  const wanted = { id, input: given, mode: options.mode ?? 'normal', tags };
  const prepared = await hooks.prepare(wanted, current.compiled);
  try {
    const beginning = await beginningOf(context, { ...options, id, input: prepared.input }, prepared);
    const { mode, routing, overrides } = beginning;
    const { refused } = await hooks.routed(wanted, prepared, routing);
    const { graph } = current.runnable(routing.chosen).core;
    const permissions = taskPermissions(options.permissions, current.compiled);
    const breakpoints = readBreakpoints(graph, options.breakpoints ?? []);
    const bounds = {
      ...(breakpoints.length > 0 && { breakpoints }),
      ...(permissions !== undefined && { permissions }),
      ...(overrides !== undefined && { overrides }),
      ...(refused !== undefined && { refused }),
    };
    const task = host.create({
      id,
      definition: current.hash,
      pipeline: routing.chosen,
      input: prepared.input,
      mode,
      tags,
      paused: options.step ?? false,
      ...bounds,
      routing,
      created_at: createdAt,
    });
    tellCreated(telemetry, task, [...prepared.facts, ...beginning.facts]);
    return task;
  } catch (error) {
    telemetry.tellUncreated(prepared.facts);
    throw error;
  }
}

function tellCreated(telemetry: TasksContext['telemetry'], task: TaskRecord, facts: readonly TaskFact[]): void {
  const { creation } = task;
  const place = { seq: 0, at: creation.created_at };
  // What follows from the journal comes first: it has the same place when it is told from there.
  for (const fact of creationFacts(task)) telemetry.tell(task, fact, place);
  for (const fact of facts) telemetry.tell(task, fact);
}

async function beginningOf(
  { definitions, consents }: TasksContext,
  options: TaskOptions & { readonly id: string },
  { overrides: added, refused }: PreparedTask,
): Promise<TaskBeginning & { readonly facts: readonly TaskFact[] }> {
  const { current } = definitions;
  const { id: taskId, input, mode, pipeline, tags = [], overrides, allowOverrides: allow = false } = options;
  const toRead = { taskId, mode: mode ?? 'normal', input };
  const task: NewTask = {
    tags,
    input,
    overrides,
    added,
    allow,
    consents,
    stored: await preferencesOf(current),
    ...(mode !== undefined && { mode }),
    ...(pipeline !== undefined && { pipeline }),
  };
  const known = (): TaskOverrides => overridesOf(current.compiled, task);
  const reading = refused === undefined ? await readingOf(current, toRead, known) : undefined;
  const beginning = beginTask(current.compiled, { ...task, ...(reading !== undefined && { reading }) });
  return { ...beginning, facts: reading?.facts ?? [] };
}
