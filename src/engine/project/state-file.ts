import { mkdir } from 'node:fs/promises';
import { EngineError } from '../../errors/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import {
  journalLines,
  questionsOf,
  replayTask,
  rootOf,
  summaryOf,
  taskNotFound,
  type JournalLine,
  type OpenQuestion,
  type ReplayReport,
  type RunnablePipeline,
  type TaskRecord,
  type TaskSummary,
} from '../../hosts/index.ts';
import { isOpenStatus } from '../../machines/index.ts';
import {
  createSqliteTaskStore,
  type EngineEvent,
  type ListedTask,
  type TaskFilter,
  type TaskStore,
} from '../../services/index.ts';
import { makeRunnable } from '../definition.ts';
import { findStateDirectory, isFile, stateFileIn } from './state-directory.ts';
import { storedProject } from '../stored-project.ts';
import { replayTree, storedRow, taskAt, type ReplayOptions, type TravelSource } from '../history/task-points.ts';
import { stageContexts, type ContextsOptions, type StageContextView } from '../stage-contexts.ts';
import { runOf, type StoredRun } from '../history/stored-run.ts';
import { toldEvents } from '../history/told-events.ts';
import { pluginActs, type PluginAct } from '../plugins/plugin-acts.ts';
import { stageCalls, type StageCallView } from '../stage-calls.ts';
import { stageRepairs, type StageRepairs } from '../stage-repairs.ts';
import { viewOf, type TaskView } from '../task-view.ts';

/** Opens the state file of a project, and makes it if it is not there. Throws STORE_*. */
export async function openStore(compiled: CompiledProject, stateDirectory: string): Promise<TaskStore> {
  try {
    await mkdir(stateDirectory, { recursive: true });
  } catch (cause) {
    throw new EngineError('STORE_UNWRITABLE', `The state directory "${stateDirectory}" cannot be made.`, {
      hint: 'Make it writable, or name another one as engine.state_dir.',
      cause,
    });
  }
  const file = stateFileIn(stateDirectory);
  return createSqliteTaskStore({ file, durability: compiled.project.engine.durability ?? 'full' });
}

/** Whether tasks were ever kept for a project. Makes nothing. Throws when the directory is no project (MANIFEST_*). */
export async function hasState(directory: string): Promise<boolean> {
  return isFile(stateFileIn((await findStateDirectory(directory)).path));
}

/** Whether the state file of a project knows a task. Makes nothing. Throws MANIFEST_* and STORE_*. */
export async function knowsTask(directory: string, taskId: string): Promise<boolean> {
  return (await reading(directory, ({ store }) => store.task(taskId) !== undefined)) ?? false;
}

/** The tasks of a project, newest first. Needs nothing of the project but its state file. Throws as `knowsTask` does. */
export async function storedTasks(directory: string, filter: TaskFilter = {}): Promise<readonly TaskSummary[]> {
  return (await reading(directory, ({ store }) => store.tasks(filter).map((task) => listedTask(store, task)))) ?? [];
}

/** The manifests that a task has. Throws TASK_NOT_FOUND, STORE_JOURNAL_BROKEN, and as `knowsTask` does. */
export async function projectOfTask(directory: string, taskId: string): Promise<CompiledProject> {
  const found = await reading(directory, ({ store }) => {
    const stored = store.task(taskId);
    return stored === undefined ? undefined : storedProject(stored.definition, store);
  });
  if (found !== undefined) return found;
  throw taskNotFound(taskId);
}

/** As `engine.replayTask`, without an engine. */
export async function replayStored(
  directory: string,
  taskId: string,
  options: ReplayOptions,
): Promise<readonly ReplayReport[]> {
  const found = await reading(directory, (source) => replayTree(source, taskId, options));
  if (found !== undefined) return found;
  throw taskNotFound(taskId);
}

/**
 * What the journals of a task and of those below it tell: what the reducer told when it happened. Throws TASK_NOT_FOUND,
 * STORE_JOURNAL_BROKEN, and as `knowsTask` does.
 */
export async function storedEvents(directory: string, taskId: string): Promise<readonly EngineEvent[]> {
  const found = await reading(directory, (source) => {
    const below = source.store.tasks({ below: taskId }).map(({ id }) => storedRow(source, id));
    return toldEvents(source, [storedRow(source, taskId), ...below]);
  });
  if (found !== undefined) return found;
  throw taskNotFound(taskId);
}

/**
 * How a task and those below it went, after an entry of its journal or as it stands. Throws TASK_NOT_FOUND, TASK_SEQ_UNKNOWN,
 * STORE_JOURNAL_BROKEN, and as `knowsTask` does.
 */
export async function storedRun(directory: string, taskId: string, at?: number): Promise<StoredRun> {
  const found = await reading(directory, (source) => runOf(source, taskId, at));
  if (found !== undefined) return found;
  throw taskNotFound(taskId);
}

export interface StoredTaskView {
  readonly workflow: string;
  readonly task: TaskView;
  /** The child tasks below it, at any depth, by status; of a task in the past nothing. */
  readonly children: Readonly<Record<string, number>>;
  /** What it and those below it wait for; of a task in the past what it asked itself. */
  readonly questions: readonly OpenQuestion[];
  readonly journal?: readonly JournalLine[];
  /** What models and tools answered to its stages, as far as it was kept; of a task in the past nothing. */
  readonly calls: readonly StageCallView[];
  /** Stages whose answers had to be mended or asked for again; of a task in the past nothing. */
  readonly repairs: Readonly<Record<string, StageRepairs>>;
  /** What plugins did to its stages. */
  readonly plugins: readonly PluginAct[];
}

export interface StoredTaskOptions {
  /** After which entry of its journal, from 0. Default: as it stands. */
  readonly at?: number;
  /** Whether what happened to it is told entry by entry. */
  readonly journal?: boolean;
  /** Whether its calls have what models said and tools gave. */
  readonly full?: boolean;
}

/**
 * A task, read with the manifests it has: those of today may be others, or broken. Throws TASK_NOT_FOUND,
 * TASK_SEQ_UNKNOWN, STORE_JOURNAL_BROKEN, and as `knowsTask` does.
 */
export async function storedTask(
  directory: string,
  taskId: string,
  options: StoredTaskOptions = {},
): Promise<StoredTaskView> {
  const found = await reading(directory, (source) => readTask(source, taskId, options));
  if (found !== undefined) return found;
  throw taskNotFound(taskId);
}

/** What the models of a task were shown, as far as it is kept. Throws TASK_NOT_FOUND, and as `knowsTask` does. */
export async function storedContexts(
  directory: string,
  taskId: string,
  options: ContextsOptions = {},
): Promise<readonly StageContextView[]> {
  const found = await reading(directory, ({ store }) =>
    store.task(taskId) === undefined ? undefined : stageContexts(store.calls(taskId), options),
  );
  if (found !== undefined) return found;
  throw taskNotFound(taskId);
}

function readTask(source: StoredSource, taskId: string, options: StoredTaskOptions): StoredTaskView {
  const { store } = source;
  const { at, journal, full = false } = options;
  const stored = storedRow(source, taskId);
  const task = taskAt(source, stored, at ?? stored.seq);
  const below = at === undefined ? store.tasks({ below: taskId }) : [];
  const open = below.filter(({ status }) => isOpenStatus(status)).toReversed();
  const recordOf = (id: string): TaskRecord | undefined => {
    if (id === taskId) return task;
    const row = store.task(id);
    return row === undefined ? undefined : replayTask(row, source);
  };
  const { project } = source.projectOf(task.creation.definition);
  const calls = at === undefined ? store.calls(taskId) : [];
  return {
    workflow: project.workflow.id,
    task: viewOf(task, isAtWork(store, stored)),
    children: countByStatus(below),
    questions: questionsOf([taskId, ...open.map(({ id }) => id)], recordOf),
    calls: stageCalls(calls, { full }),
    plugins: pluginActs(calls).map(({ place: _place, ...act }) => act),
    repairs: stageRepairs(task, calls, project),
    ...(journal === true && { journal: journalLines(stored, source) }),
  };
}

function listedTask(store: TaskStore, task: ListedTask): TaskSummary {
  return { ...summaryOf(task), at_work: isAtWork(store, task) };
}

/** Whether a process has a task, or the one above it. */
function isAtWork(store: TaskStore, { id, status }: Pick<TaskSummary, 'id' | 'status'>): boolean {
  return isOpenStatus(status) && store.holder(rootOf(id), Date.now()) !== undefined;
}

function countByStatus(tasks: readonly Pick<TaskSummary, 'status'>[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(tasks, ({ status }) => status);
  return Object.fromEntries(Array.from(groups, ([status, group]) => [status, group.length]));
}

/** Work on the state file of a project; undefined when there is none. */
async function reading<Result>(directory: string, read: (source: StoredSource) => Result): Promise<Result | undefined> {
  const file = stateFileIn((await findStateDirectory(directory)).path);
  if (!(await isFile(file))) return undefined;
  const store = createSqliteTaskStore({ file, durability: 'full', looking: true });
  try {
    return read(storedSource(store));
  } finally {
    store.close();
  }
}

interface StoredSource extends TravelSource {
  readonly projectOf: (definition: string) => CompiledProject;
}

/** Definitions and machines of a state file, each compiled once. */
function storedSource(store: TaskStore): StoredSource {
  const projectOf = remembering((hash: string) => storedProject(hash, store));
  const runnables = remembering((hash: string) => {
    const compiled = projectOf(hash);
    return remembering((pipeline: string) => makeRunnable(compiled, pipeline));
  });
  return { store, projectOf, resolve: (hash, pipeline): RunnablePipeline => runnables(hash)(pipeline) };
}

function remembering<Value>(make: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}
