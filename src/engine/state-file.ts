import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../errors/index.ts';
import type { CompiledProject } from '../manifest-compiler/index.ts';
import {
  questionsOf,
  replayTask,
  summaryOf,
  taskNotFound,
  type OpenQuestion,
  type RunnablePipeline,
  type TaskRecord,
  type TaskSummary,
} from '../hosts/index.ts';
import { openStatuses } from '../machines/index.ts';
import {
  createSqliteTaskStore,
  withEnvironment,
  type Environment,
  type TaskFilter,
  type TaskStore,
} from '../services/index.ts';
import { makeRunnable } from './definition.ts';
import { loadProject, type LoadedProject } from './load-project.ts';
import { storedProject } from './stored-project.ts';
import { viewOf, type TaskView } from './task-view.ts';

type Place = Pick<LoadedProject, 'directory' | 'compiled'>;

export function stateDirectoryOf({ directory, compiled }: Place, environment: Environment = process.env): string {
  const declared = compiled?.project.engine.state_dir ?? '.agent-engine';
  return path.resolve(directory, withEnvironment(declared, environment));
}

function stateFileIn(stateDirectory: string): string {
  return path.join(stateDirectory, 'state.sqlite');
}

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
  return openFile(compiled, stateFileIn(stateDirectory));
}

/** Whether tasks were ever kept for a project. Makes nothing. Throws when the directory is no project (MANIFEST_*). */
export async function hasState(directory: string): Promise<boolean> {
  const loaded = await loadProject(directory);
  return isFile(stateFileIn(stateDirectoryOf(loaded)));
}

/** Whether the state file of a project knows a task. Makes nothing. Throws MANIFEST_* and STORE_*. */
export async function knowsTask(directory: string, taskId: string): Promise<boolean> {
  return (await reading(directory, (store) => store.task(taskId) !== undefined)) ?? false;
}

/** The tasks of a project, newest first. Needs nothing of the project but its state file. Throws as `knowsTask` does. */
export async function storedTasks(directory: string, filter: TaskFilter = {}): Promise<readonly TaskSummary[]> {
  return (await reading(directory, (store) => store.tasks(filter).map(summaryOf))) ?? [];
}

export interface StoredTaskView {
  readonly workflow: string;
  readonly task: TaskView;
  /** The child tasks below it, at any depth, by status. */
  readonly children: Readonly<Record<string, number>>;
  /** What it and those below it wait for. */
  readonly questions: readonly OpenQuestion[];
}

/**
 * A task as it stands, read with the manifests it began with: those of today may be others, or broken. Throws
 * TASK_NOT_FOUND, STORE_JOURNAL_BROKEN, and as `knowsTask` does.
 */
export async function storedTask(directory: string, taskId: string): Promise<StoredTaskView> {
  const found = await reading(directory, (store) => {
    const stored = store.task(taskId);
    if (stored === undefined) return undefined;
    const compiled = storedProject(stored.definition, store);
    const resolve = (_: string, pipeline: string): RunnablePipeline => makeRunnable(compiled, pipeline);
    const task = replayTask(stored, { store, resolve });
    const below = store.tasks({ below: taskId });
    const open = below.filter(({ status }) => openStatuses.some((one) => one === status)).toReversed();
    const recordOf = (id: string): TaskRecord | undefined => {
      const row = id === taskId ? stored : store.task(id);
      return row === undefined ? undefined : replayTask(row, { store, resolve });
    };
    return {
      workflow: compiled.project.workflow.id,
      task: viewOf(task),
      children: countByStatus(below),
      questions: questionsOf([taskId, ...open.map(({ id }) => id)], recordOf),
    };
  });
  if (found !== undefined) return found;
  throw taskNotFound(taskId);
}

function countByStatus(tasks: readonly TaskSummary[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(tasks, ({ status }) => status);
  return Object.fromEntries(Array.from(groups, ([status, group]) => [status, group.length]));
}

/** Work on the state file of a project; undefined when there is none. */
async function reading<Result>(directory: string, read: (store: TaskStore) => Result): Promise<Result | undefined> {
  const loaded = await loadProject(directory);
  const file = stateFileIn(stateDirectoryOf(loaded));
  if (!(await isFile(file))) return undefined;
  const store = openFile(loaded.compiled, file);
  try {
    return read(store);
  } finally {
    store.close();
  }
}

function openFile(compiled: CompiledProject | undefined, file: string): TaskStore {
  return createSqliteTaskStore({ file, durability: compiled?.project.engine.durability ?? 'full' });
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false; // not there, or behind a directory that may not be entered
  }
}
