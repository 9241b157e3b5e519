import { randomUUID } from 'node:crypto';
import { EngineError, failureOf } from '../../errors/index.ts';
import { rootOf, taskNotFound } from '../../hosts/index.ts';
import { currentHolder, type StoredChange, type TaskStore, type ToolRuntime } from '../../services/index.ts';
import { contentOf } from './change-log.ts';
import type { DefinitionTable } from '../definition-table.ts';
import type { Telemetry } from '../telemetry.ts';
import { noState } from './no-state.ts';
import { changedFiles, madeDirectories, targetOf, type ChangedFile } from './undo-plan.ts';

export interface UndoOptions {
  /** Changes nothing, and says what would be done and what stands in the way. */
  readonly dryRun?: boolean;
  /** Writes over what others changed, and leaves alone what cannot be restored. */
  readonly force?: boolean;
}

export interface UndoneFile {
  /** Relative to the project directory, with "/". */
  readonly path: string;
  /** keep: it is already as it was before the task. */
  readonly action: 'restore' | 'remove' | 'keep';
}

export interface UndoConflict {
  readonly path: string;
  /** changed: by somebody else; not_kept: nobody knows what was in it; refused: the tool may not write there now. */
  readonly reason: 'changed' | 'not_kept' | 'refused';
  readonly message: string;
}

export interface TaskUndo {
  readonly taskId: string;
  readonly dryRun: boolean;
  /** What was done, or would be: by path. Empty when nothing is left to undo. */
  readonly files: readonly UndoneFile[];
  /** What stands in the way of a dry run; with force, what was left as it is. */
  readonly conflicts: readonly UndoConflict[];
}

export interface UndoContext {
  readonly store: TaskStore | undefined;
  readonly definitions: DefinitionTable;
  readonly now: () => number;
  readonly telemetry: Pick<Telemetry, 'tellUndone'>;
}

/** A file with what is to become of it. */
interface Step extends UndoneFile {
  readonly file: ChangedFile;
  readonly present: string | null;
  readonly target: string | null;
}

interface Undo {
  readonly store: TaskStore;
  readonly tools: ToolRuntime;
  readonly changes: readonly StoredChange[];
}

export async function undoTask(context: UndoContext, taskId: string, options: UndoOptions): Promise<TaskUndo> {
  const { store, now } = context;
  if (store === undefined) throw noState('changes of files were not recorded');
  const task = store.task(taskId);
  if (task === undefined) throw taskNotFound(taskId);
  if (options.dryRun === true) return withTools(context, taskId, (undo) => planOnly(undo, taskId, options));
  const holder = currentHolder(randomUUID());
  const root = rootOf(taskId);
  const claim = (): void => {
    if (!store.acquire(root, holder, now())) throw atWork(root);
  };
  claim();
  try {
    const undone = await withTools(context, taskId, (undo) => carryOut(undo, taskId, { ...options, claim, now }));
    const { files, conflicts } = undone;
    const changed = files.filter(({ action }) => action !== 'keep').length;
    const told = { files: changed, conflicts: conflicts.length, forced: options.force ?? false };
    context.telemetry.tellUndone({ id: taskId, seq: task.seq }, told);
    return undone;
  } finally {
    store.release(root, holder.id);
  }
}

async function withTools(
  { store, definitions }: UndoContext,
  taskId: string,
  work: (undo: Undo) => Promise<TaskUndo>,
): Promise<TaskUndo> {
  const task = store?.task(taskId);
  if (store === undefined || task === undefined) throw taskNotFound(taskId);
  const changes = store.changes(taskId, { below: true }).filter((change) => change.undone_at === undefined);
  const tools = await definitions.get(task.definition).openTools(new Set(changes.map(({ tool }) => tool)));
  try {
    return await work({ store, tools, changes });
  } finally {
    await tools.close();
  }
}

async function planOnly(undo: Undo, taskId: string, { force = false }: UndoOptions): Promise<TaskUndo> {
  const { steps, conflicts } = await planOf(undo, force);
  return { taskId, dryRun: true, files: steps.map(({ path, action }) => ({ path, action })), conflicts };
}

interface Carrying extends UndoOptions {
  /** Renews the lease on the task. */
  readonly claim: () => void;
  readonly now: () => number;
}

async function carryOut(undo: Undo, taskId: string, { force = false, claim, now }: Carrying): Promise<TaskUndo> {
  const { steps, conflicts } = await planOf(undo, force);
  if (conflicts.length > 0 && !force) throw inTheWay(taskId, conflicts);
  for (const { file, action, target, present } of steps) {
    claim();
    if (action === 'keep') continue;
    try {
      const content = target === null ? null : contentOf(target, undo.store);
      if (content === undefined) throw notKept();
      await undo.tools.files(file.tool)?.restore(file.path, { content, expected: present });
    } catch (error) {
      throw stopped(file.path, error);
    }
  }
  const undone = steps.flatMap(({ file }) => file.changes);
  for (const [tool, path] of madeDirectories(undone))
    await undo.tools
      .files(tool)
      ?.removeDirectory(path)
      .catch(() => false); // it may stay: the files are what counts
  // Last of all, and at once: an undo that is killed before begins anew, and finds what it did already.
  undo.store.markUndone(
    undone.map(({ id }) => id),
    now(),
  );
  return { taskId, dryRun: false, files: steps.map(({ path, action }) => ({ path, action })), conflicts };
}

interface Plan {
  readonly steps: readonly Step[];
  readonly conflicts: readonly UndoConflict[];
}

async function planOf(undo: Undo, force: boolean): Promise<Plan> {
  const steps: Step[] = [];
  const conflicts: UndoConflict[] = [];
  for (const file of changedFiles(undo.changes)) {
    const planned = await stepFor(undo, file, force);
    if ('reason' in planned) conflicts.push(planned);
    else steps.push(planned);
  }
  return { steps, conflicts };
}

async function stepFor({ store, tools }: Undo, file: ChangedFile, force: boolean): Promise<Step | UndoConflict> {
  const { path, tool } = file;
  const files = tools.files(tool);
  if (files === undefined) return { path, reason: 'refused', message: `The tool "${tool}" is not declared any more.` };
  let present: string | null;
  try {
    present = await files.hashAt(path);
  } catch (error) {
    return { path, reason: 'refused', message: failureOf(error)?.message ?? String(error) };
  }
  const { hash, isExpected } = targetOf(file, present);
  if (!isExpected && !force) return { path, reason: 'changed', message: 'It is not as the task left it.' };
  const shared = { path, file, present, target: hash };
  if (hash === present) return { ...shared, action: 'keep' };
  if (hash === null) return { ...shared, action: 'remove' };
  if (contentOf(hash, store) !== undefined) return { ...shared, action: 'restore' };
  return { path, reason: 'not_kept', message: notKept().message };
}

function inTheWay(taskId: string, conflicts: readonly UndoConflict[]): EngineError {
  const list = conflicts.map(({ path }) => `"${path}"`).join(', ');
  const what = conflicts.length === 1 ? 'a file stands' : `${conflicts.length} files stand`;
  return new EngineError(
    'TASK_UNDO_CONFLICT',
    `Nothing of task "${taskId}" was undone, since ${what} in the way: ${list}.`,
    {
      hint: `Restore the files by hand, or save what is yours and write over it: agent-engine undo ${taskId} --force`,
      details: { task: taskId, conflicts },
    },
  );
}

function notKept(): Error {
  return new Error('What was in it before was not kept.');
}

function stopped(path: string, cause: unknown): EngineError {
  const reason = failureOf(cause)?.message ?? (cause instanceof Error ? cause.message : String(cause));
  return new EngineError('TASK_UNDO_CONFLICT', `The undo stopped at "${path}": ${reason}`, {
    hint: 'Undo the task again: files that were put back already stay so.',
    cause,
  });
}

function atWork(taskId: string): EngineError {
  return new EngineError('TASK_BUSY', `Task "${taskId}" is at work, so its changes cannot be taken back now.`, {
    hint: 'Wait until it is at rest, or cancel it.',
  });
}
