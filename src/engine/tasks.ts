import { EngineError } from '../errors/index.ts';
import type { CompiledProject } from '../manifest-compiler/index.ts';
import { giveAnswer, type AnswerOptions } from './answers.ts';
import {
  concludeTask,
  rootOf,
  type OpenQuestion,
  type TaskRecord,
  type TaskResult,
  type TaskSummary,
} from '../hosts/index.ts';
import { isTaskOver } from '../machines/index.ts';
import type { TaskFilter } from '../services/index.ts';
import { readBreakpoints } from './breakpoints.ts';
import { pruneTasks, type PruneContext, type PruneRequest, type PruneResult } from './prune-tasks.ts';
import { choosePipeline } from './routing.ts';
import { newTaskId } from './task-id.ts';
import { checkId, plainInput } from './task-input.ts';
import { viewOf, type TaskView } from './task-view.ts';
import { createTimeTravel, recordAt, takeLatest, type TimeTravel, type TravelContext } from './time-travel.ts';
import { undoTask, type TaskUndo, type UndoOptions } from './undo-task.ts';

export interface TaskOptions {
  /** What the task is to do: any JSON value. */
  readonly input: unknown;
  /** A word that pipelines and tools go by; `analysis_only` and `dry_run` keep tools from doing harm. Default: normal. */
  readonly mode?: string;
  readonly tags?: readonly string[];
  /** Insists on a pipeline instead of having one chosen. */
  readonly pipeline?: string;
  /** Begin with every stage held: `stepTask` lets one at a time run, `resumeTask` all. */
  readonly step?: boolean;
  /** Nodes before which the task pauses, and edges at which it does when they are taken, as `from->to`. */
  readonly breakpoints?: readonly string[];
  /** Id of the task: at most 128 letters, digits, ".", "_" and "-". Default: a new one. */
  readonly id?: string;
}

export interface StepOptions {
  /** One of the stages that are held. Default: the one that has waited longest. */
  readonly stage?: string;
}

export interface ResumeOptions {
  /** Goes on with the manifests of today. Default: with those it has. */
  readonly latest?: boolean;
}

export interface ShowOptions {
  readonly at?: number;
}

/** What can be done with tasks. Methods that name a task throw TASK_NOT_FOUND; all throw ENGINE_CLOSED after `close`. */
export interface Tasks extends TimeTravel {
  /** Creates a task and runs it to its end. */
  runOne(input: unknown, options?: Omit<TaskOptions, 'input'>): Promise<TaskResult>;
  /** Throws ROUTING_NO_PIPELINE, TASK_INPUT_INVALID, TASK_INPUT_TOO_LARGE, TASK_ALREADY_EXISTS, TASK_BREAKPOINT_UNKNOWN. */
  createTask(options: TaskOptions): Promise<TaskView>;
  /** Runs a task until it is over, or paused or waiting for an answer with nothing at work. Throws TASK_BUSY when another process has it. */
  runTask(id: string): Promise<TaskResult>;
  /**
   * The same: a task of an earlier process goes on after its last finished stage. It keeps the manifests it has; with
   * `latest` it goes on with those of today, as `planMigration` says. Throws TASK_ALREADY_OVER, TASK_MIGRATION_REFUSED.
   */
  resumeTask(id: string, options?: ResumeOptions): Promise<TaskResult>;
  /**
   * Lets one stage that is held run to its end, with its attempts and its child tasks: the one that is named, else the one
   * that has waited longest. Resolves when the task rests again. Throws TASK_STAGE_NOT_HELD, TASK_NOT_PAUSED, TASK_ALREADY_OVER.
   */
  stepTask(id: string, options?: StepOptions): Promise<TaskResult>;
  /**
   * Sets the breakpoints of a task, instead of those it has. It pauses when the turn of such a node comes, or such an edge is
   * taken; `resumeTask` goes past that. Throws TASK_BREAKPOINT_UNKNOWN, TASK_ALREADY_OVER.
   */
  setBreakpoints(id: string, breakpoints: readonly string[]): Promise<void>;
  /** Lets stages at work end and starts no new ones; the promise of `runTask` then resolves with status paused. */
  pauseTask(id: string): void;
  /** What a task and the child tasks below it wait for, those that were asked first at the front. */
  questions(id: string): readonly OpenQuestion[];
  /**
   * Answers the question of a task and carries the task on, as `runTask` does. A value is an action with what belongs to
   * it (`{ action: 'edit', value, comment }`), `approve`, `reject`, or simply the answer. Throws TASK_NOT_WAITING,
   * TASK_ANSWER_INVALID, TASK_BUSY.
   */
  answer(id: string, value: unknown, options?: AnswerOptions): Promise<TaskResult>;
  /** Ends the task, at work or at rest, and stops what is at work. Throws TASK_ALREADY_OVER, TASK_BUSY. */
  cancelTask(id: string): Promise<TaskResult>;
  /** Newest first. */
  tasks(filter?: TaskFilter): readonly TaskSummary[];
  /** A task as it stands, or as it stood after an entry of its journal: `at`, from 0. Throws TASK_SEQ_UNKNOWN. */
  showTask(id: string, options?: ShowOptions): Promise<TaskView>;
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

export interface TasksContext extends TravelContext, PruneContext {
  /** Told when a task has come to rest. */
  readonly afterTask?: () => void;
}

export function createTasks(context: TasksContext): Tasks {
  const { host } = context;
  const tasks: Tasks = {
    async runOne(input, options = {}) {
      const { id } = await tasks.createTask({ ...options, input });
      return tasks.runTask(id);
    },
    createTask: async (options) => viewOf(createTask(context, options)),
    runTask: (id) => runTask(context, id),
    async resumeTask(id, { latest = false } = {}) {
      const task = host.view(id);
      if (isTaskOver(task.state.status)) throw alreadyOver(task);
      if (latest) takeLatest(context, id);
      return runTask(context, id, () => host.run(id, { isFreed: true }));
    },
    stepTask: (id, { stage } = {}) => runTask(context, id, () => host.step(id, stage)),
    async setBreakpoints(id, names) {
      const { graph } = host.view(id).runnable.core;
      host.setBreakpoints(id, readBreakpoints(graph, names));
    },
    pauseTask: (id) => host.control(id, 'pause'),
    questions: (id) => host.questions(id),
    async answer(id, value, options = {}) {
      const compiledFor = (task: string): CompiledProject =>
        context.definitions.get(host.view(task).creation.definition).compiled;
      giveAnswer({ host, compiledFor, now: context.now }, id, { value, ...options });
      return runTask(context, rootOf(id));
    },
    cancelTask: (id) => withCleanUp(context, id, host.cancel(id)),
    tasks: (filter) => host.tasks(filter),
    showTask: async (id, { at } = {}) => viewOf(recordAt(context, id, at)),
    ...createTimeTravel(context),
    undoTask: (id, options = {}) => undoTask(context, id, options),
    prune: (request = {}) => pruneTasks(context, request),
  };
  return tasks;
}

function alreadyOver(task: TaskRecord): EngineError {
  const { id } = task.creation;
  return new EngineError('TASK_ALREADY_OVER', `Task "${id}" is over: it is ${concludeTask(task).status}.`, {
    hint: `See it with: agent-engine show ${id}`,
  });
}

async function runTask(
  context: TasksContext,
  id: string,
  run = (): Promise<TaskResult> => context.host.run(id),
): Promise<TaskResult> {
  const { host, definitions } = context;
  if (!host.isAtWork(id)) {
    const task = host.view(id);
    const services = await definitions.get(task.creation.definition).load();
    await services.restore(task);
  }
  return withCleanUp(context, id, run());
}

/** Stops the actors of a task once it has come to rest. */
async function withCleanUp(context: TasksContext, id: string, run: Promise<TaskResult>): Promise<TaskResult> {
  let isOver = false;
  try {
    const result = await run;
    isOver = isTaskOver(result.status);
    return result;
  } finally {
    // Whoever learned first that the task is at rest may have taken it up again already.
    if (!context.host.isAtWork(id)) await context.definitions.endTask(id, isOver);
    context.afterTask?.();
  }
}

function createTask({ host, definitions, telemetry, now }: TasksContext, options: TaskOptions): TaskRecord {
  const { current } = definitions;
  const { mode = 'normal', tags = [], pipeline } = options;
  checkId(options.id);
  const input = plainInput(options.input, current.compiled.project.engine.limits?.max_input_bytes);
  const route = choosePipeline(current.compiled, { mode, tags, ...(pipeline !== undefined && { pipeline }) });
  const { graph } = current.runnable(route.chosen).core;
  const breakpoints = readBreakpoints(graph, options.breakpoints ?? []);
  const createdAt = now();
  const task = host.create({
    id: options.id ?? newTaskId(createdAt),
    definition: current.hash,
    pipeline: route.chosen,
    input,
    mode,
    tags,
    paused: options.step ?? false,
    ...(breakpoints.length > 0 && { breakpoints }),
    created_at: createdAt,
  });
  telemetry.tell(task, { type: 'task.created', data: { definition: current.hash, mode } });
  telemetry.tell(task, {
    type: 'routing.decided',
    data: { pipeline: route.chosen, reason: route.reason, candidates: [...route.candidates] },
  });
  return task;
}
