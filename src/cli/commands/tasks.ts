import { rootOf, storedTasks, type TaskSummary } from '../../engine/index.ts';
import { ageOf } from '../text/age.ts';
import { followUp, projectWords, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProject, findProjectOfTask } from '../find-project.ts';
import { timeText } from '../text/format-values.ts';
import { writeJson } from '../text/output-text.ts';
import { directoryWord } from '../text/shell-words.ts';
import { statusPaint, statusWord } from '../text/status-paint.ts';
import { taskJson } from '../text/task-json.ts';
import { tableLines, type Cell } from '../text/table.ts';

export interface TasksOptions {
  readonly project?: string;
  readonly status?: readonly string[];
  /** Id of a task: lists the child tasks below it. */
  readonly below?: string;
  readonly mode?: string;
  /** An age: only tasks that were created since then. */
  readonly since?: string;
  /** Most tasks to list. */
  readonly limit?: number;
  readonly json?: boolean;
}

/** Lists the tasks of a project, newest first. */
export async function tasks(context: CliContext, options: TasksOptions): Promise<number> {
  const directory = await findProject(context, options.project);
  const { status, below, mode, since, limit } = options;
  const stored = await storedTasks(directory, {
    ...(status !== undefined && { status: status.map(storedStatus) }),
    ...(below !== undefined && { below }),
    ...(mode !== undefined && { mode }),
    ...(since !== undefined && { createdAfter: context.now() - ageOf(since, '--since') }),
    ...(limit !== undefined && status === undefined && { limit }),
  });
  const found = stored.filter((task) => status === undefined || isOneOf(task, status)).slice(0, limit);
  if (options.json === true) {
    writeJson(context.stdout, found.map(taskJson));
  } else if (found.length === 0) {
    if (below !== undefined) {
      await findProjectOfTask(context, below, directory); // throws when there is no such task
      context.stderr.write(`Task "${below}" has no such child tasks.\n`);
      return exitCodes.success;
    }
    const run = followUp(context, 'run', [directoryWord(directory, context.directory), 'What is this about?']);
    const isChosen = [status, mode, since].some((choice) => choice !== undefined);
    const which = isChosen ? `no such tasks` : 'no tasks yet';
    context.stderr.write(`There are ${which}. Start one with: ${run}\n`);
  } else {
    for (const line of tableLines(rowsOf(found, context), context.stdout)) context.stdout.write(`${line}\n`);
    noteInterrupted(context, directory, found);
  }
  return exitCodes.success;
}

/** What was interrupted says of itself that it is running: its process could say nothing else any more. */
function storedStatus(status: string): string {
  return status === 'interrupted' ? 'running' : status;
}

function isOneOf(task: TaskSummary, wanted: readonly string[]): boolean {
  return wanted.includes(task.status) || wanted.includes(statusWord(task));
}

function rowsOf(found: readonly TaskSummary[], { stdout }: CliContext): readonly (readonly Cell[])[] {
  const { bold } = stdout.colors;
  return [
    [
      ['TASK', bold],
      ['STATUS', bold],
      ['CREATED', bold],
      ['UPDATED', bold],
    ],
    ...found.map((task): readonly Cell[] => [
      [task.id],
      [statusWord(task), statusPaint(statusWord(task), stdout.colors)],
      [timeText(task.created_at)],
      [timeText(task.updated_at)],
    ]),
  ];
}

/** A task whose process died says so of itself nowhere else. */
function noteInterrupted(context: CliContext, directory: string, found: readonly TaskSummary[]): void {
  const task = found.find((one) => statusWord(one) === 'interrupted');
  if (task === undefined) return;
  const words = [rootOf(task.id), ...projectWords(context, directory)];
  context.stderr.write(`A task that was interrupted goes on with: ${followUp(context, 'resume', words)}\n`);
}
