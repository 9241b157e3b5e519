import path from 'node:path';
import { z } from 'zod';
import {
  eventLine,
  isEngineError,
  journalEventLines,
  logFileOf,
  loggedLines,
  storedTasks,
} from '../../engine/index.ts';
import { followUp, projectWords, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProject, findProjectOfTask } from '../find-project.ts';
import { checkEventTypes, noteUnknownStages } from '../input/log-filters.ts';
import { safeLine } from '../text/safe-text.ts';

export interface LogsOptions {
  readonly project?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
  /** What the journals tell, also where a plugin writes events. */
  readonly journal?: boolean;
  /** Types of events, or their first words. */
  readonly type?: readonly string[];
  readonly stage?: readonly string[];
}

/** As much of an event as is needed here: those of other versions are shown, too. */
const LoggedEvent = z.looseObject({
  time: z.number(),
  taskId: z.string(),
  stageId: z.string().optional(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()).optional(),
});
type LoggedEvent = z.infer<typeof LoggedEvent>;

/** Shows what happened, and with --follow what happens. */
export async function logs(context: CliContext, taskId: string | undefined, options: LogsOptions): Promise<number> {
  checkEventTypes(options.type);
  const directory = await projectFor(context, taskId, options);
  const stop = new AbortController();
  let isInterrupted = false;
  const unwatch = context.onSignal(() => {
    isInterrupted = true;
    stop.abort();
  });
  try {
    const shown = await showEvents(context, { directory, taskId, signal: stop.signal }, options);
    if (shown === 0 && !isInterrupted) await noteNothing(context, { directory, taskId }, options);
    return isInterrupted ? exitCodes.interrupted : exitCodes.success;
  } finally {
    unwatch();
  }
}

/** What is followed may begin later. */
async function projectFor(
  context: CliContext,
  taskId: string | undefined,
  { project, follow }: LogsOptions,
): Promise<string> {
  if (taskId === undefined) return findProject(context, project);
  try {
    return await findProjectOfTask(context, taskId, project);
  } catch (error) {
    if (follow !== true || !isEngineError(error) || error.code !== 'TASK_NOT_FOUND') throw error;
    const directory = await findProject(context, project);
    const { stderr } = context;
    stderr.write(`${stderr.colors.dim(`note: there is no task ${safeLine(taskId)} yet; it is waited for.`)}\n`);
    return directory;
  }
}

interface LogPlace {
  readonly directory: string;
  readonly taskId: string | undefined;
  readonly signal: AbortSignal;
}

/** How many were shown. */
async function showEvents(context: CliContext, place: LogPlace, options: LogsOptions): Promise<number> {
  const { taskId } = place;
  let shown = 0;
  let unreadable = 0;
  const stages = new Set<string>();
  const { lines, end } = await linesFor(context, place, options);
  for await (const line of lines) {
    const event = readEvent(line);
    if (event === undefined) {
      unreadable += line.trim() === '' ? 0 : 1;
      continue;
    }
    noteStage(stages, event, taskId);
    if (isWanted(event, taskId, options)) {
      shown += 1;
      writeLine(context, event, options.json === true ? line : undefined);
    }
    const isOver = options.follow === true && event.taskId === end && isEnd(event);
    if (isOver || place.signal.aborted) break;
  }
  if (unreadable > 0) noteUnreadable(context, unreadable);
  noteUnknownStages(context, { asked: options.stage ?? [], seen: stages });
  return shown;
}

interface LogLines {
  readonly lines: AsyncIterable<string> | readonly string[];
  /** The task with whose end there is nothing more to wait for. */
  readonly end: string | undefined;
}

/** From the file of a plugin that writes events, else from the journals of the task, or of the newest one. */
async function linesFor(
  { environment, stderr }: CliContext,
  { directory, taskId, signal }: LogPlace,
  { follow = false, journal }: LogsOptions,
): Promise<LogLines> {
  const file = journal === true ? undefined : await logFileOf(directory, environment);
  const onGap = (): void => {
    stderr.write(
      `${stderr.colors.yellow('warning')} Files of the log were removed or emptied faster than they were read: events may be missing.\n`,
    );
  };
  if (file !== undefined) return { lines: loggedLines(file, { follow, signal, onGap }), end: taskId };
  const [newest] = taskId === undefined ? await storedTasks(directory, { limit: 1 }) : [];
  const id = taskId ?? newest?.id;
  if (id === undefined) return { lines: [], end: undefined };
  if (taskId === undefined) stderr.write(`${stderr.colors.dim(`note: the newest task is ${id}.`)}\n`);
  return { lines: journalEventLines(directory, id, { follow, signal }), end: id };
}

function readEvent(line: string): LoggedEvent | undefined {
  try {
    return LoggedEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // torn off when its writer was killed
  }
}

function noteStage(stages: Set<string>, event: LoggedEvent, taskId: string | undefined): void {
  if (event.stageId !== undefined && isOfTask(event, taskId)) stages.add(event.stageId);
}

function writeLine(context: CliContext, event: LoggedEvent, json: string | undefined): void {
  context.stdout.write(`${json ?? paintedLine(context, event)}\n`);
}

function noteUnreadable({ stderr }: CliContext, count: number): void {
  const lines =
    count === 1 ? '1 line of the log is no event, and was' : `${count} lines of the log are no events, and were`;
  stderr.write(`${stderr.colors.yellow('warning')} ${lines} left out.\n`);
}

function isWanted(event: LoggedEvent, taskId: string | undefined, { type, stage }: LogsOptions): boolean {
  const isOfType = type === undefined || type.some((name) => event.type === name || event.type.startsWith(`${name}.`));
  return isOfTask(event, taskId) && isOfType && (stage === undefined || stage.includes(event.stageId ?? ''));
}

function isOfTask(event: LoggedEvent, taskId: string | undefined): boolean {
  return taskId === undefined || event.taskId === taskId || event.taskId.startsWith(`${taskId}/`);
}

function isEnd({ type }: LoggedEvent): boolean {
  return type === 'task.completed' || type === 'task.failed' || type === 'task.cancelled';
}

function paintedLine({ stdout: { colors } }: CliContext, event: LoggedEvent): string {
  const line = safeLine(eventLine(event));
  if (event.type.endsWith('.failed') || event.type.endsWith('.denied')) return colors.red(line);
  return event.type.startsWith('task.') ? colors.bold(line) : line;
}

async function noteNothing(
  context: CliContext,
  { directory, taskId }: Pick<LogPlace, 'directory' | 'taskId'>,
  { journal }: LogsOptions,
): Promise<void> {
  const { stderr, environment } = context;
  const isJournal = journal === true || (await logFileOf(directory, environment)) === undefined;
  const words = [...(taskId === undefined ? [] : [taskId]), '--journal', ...projectWords(context, directory)];
  const more = isJournal ? '' : `; what journals tell: ${followUp(context, 'logs', words)}`;
  const project = path.relative(context.directory, directory) || '.';
  stderr.write(`${stderr.colors.dim(`note: nothing to show in ${project}${more}`)}\n`);
}
