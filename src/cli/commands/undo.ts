import { isEngineError, type TaskUndo, type UndoConflict } from '../../engine/index.ts';
import type { CliContext, Output } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProjectOfTask } from '../find-project.ts';
import { withPinnedEngine } from '../open-engine.ts';
import { writeJson } from '../text/output-text.ts';
import { safeLine } from '../text/safe-text.ts';
import { tableLines, type Cell } from '../text/table.ts';
import { withTaskHints } from '../text/task-hints.ts';

export interface UndoCommandOptions {
  readonly project?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Puts files back as they were before a task changed them. */
export async function undo(context: CliContext, taskId: string, options: UndoCommandOptions): Promise<number> {
  const { dryRun = false, force = false } = options;
  const directory = await findProjectOfTask(context, taskId, options.project);
  const undone = await withPinnedEngine(context, { directory, taskId, lazy: true }, (engine) =>
    withTaskHints(context, { directory, taskId }, async () => {
      try {
        return await engine.undoTask(taskId, { dryRun, force });
      } catch (error) {
        if (isEngineError(error)) writeConflicts(context.stderr, conflictsIn(error.details));
        throw error;
      }
    }),
  );
  if (options.json === true) writeJson(context.stdout, undone);
  else writeUndone(context, undone);
  return undone.conflicts.length === 0 ? exitCodes.success : exitCodes.failure;
}

const words = {
  restore: ['restored', 'would restore'],
  remove: ['removed', 'would remove'],
  keep: ['as before', 'as before'],
} as const;

function writeUndone({ stdout, stderr }: CliContext, { taskId, dryRun, files, conflicts }: TaskUndo): void {
  const rows = files.map(({ path, action }): readonly Cell[] => [
    [words[action][dryRun ? 1 : 0], action === 'keep' ? stdout.colors.dim : stdout.colors.green],
    [safeLine(path)],
  ]);
  for (const line of rows.length === 0 ? [] : tableLines(rows, stdout)) stdout.write(`${line}\n`);
  writeConflicts(stderr, conflicts);
  if (files.length + conflicts.length === 0) stderr.write(`There is nothing to undo in task "${taskId}".\n`);
}

function writeConflicts(stderr: Output, conflicts: readonly Pick<UndoConflict, 'path' | 'message'>[]): void {
  for (const { path, message } of conflicts)
    stderr.write(`${stderr.colors.yellow('in the way')} ${safeLine(path)}: ${safeLine(message)}\n`);
}

/** What an error lists; details of errors are plain data. */
function conflictsIn(
  details: Readonly<Record<string, unknown>> | undefined,
): readonly Pick<UndoConflict, 'path' | 'message'>[] {
  const list = details?.['conflicts'];
  return Array.isArray(list) ? list.filter((one) => isConflict(one)) : [];
}

function isConflict(value: unknown): value is Pick<UndoConflict, 'path' | 'message'> {
  return typeof value === 'object' && value !== null && 'path' in value && 'message' in value;
}
