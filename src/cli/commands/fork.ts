import type { Engine, ForkedTask, ForkOptions } from '../../engine/index.ts';
import { followUp, projectWords, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProjectOfTask } from '../find-project.ts';
import { migrationLines } from '../text/migration-text.ts';
import { withEngine, withPinnedEngine } from '../open-engine.ts';
import type { OverrideOptions } from '../input/override-options.ts';
import { overridesFrom } from '../input/overrides.ts';
import { payloadsFor, type ProgressOptions } from '../input/progress-options.ts';
import { writeJson } from '../text/output-text.ts';
import { readRequest } from '../input/request.ts';
import { withTaskHints } from '../text/task-hints.ts';
import { taskJson } from '../text/task-json.ts';
import { watchTask } from '../task-watch.ts';

export interface ForkCommandOptions extends ProgressOptions, OverrideOptions {
  readonly project?: string;
  /** A stage, or the number of an entry of the journal. */
  readonly from?: string;
  readonly input?: string;
  readonly mode?: string;
  readonly tag?: readonly string[];
  readonly latest?: boolean;
  readonly id?: string;
  /** False for --no-run. */
  readonly run?: boolean;
}

/** Creates a task that shares the history of another one up to some point, and runs it from there. */
export async function fork(context: CliContext, taskId: string, options: ForkCommandOptions): Promise<number> {
  const directory = await findProjectOfTask(context, taskId, options.project);
  const payloads = payloadsFor(context, options);
  const work = (engine: Engine): Promise<number> =>
    withTaskHints(context, { directory, taskId: options.id ?? taskId }, () =>
      forkAndRun(context, engine, { taskId, options }),
    );
  return options.latest === true
    ? withEngine(context, { directory, ...payloads }, work)
    : withPinnedEngine(context, { directory, taskId, ...payloads }, work);
}

interface Wish {
  readonly taskId: string;
  readonly options: ForkCommandOptions;
}

async function forkAndRun(context: CliContext, engine: Engine, { taskId, options }: Wish): Promise<number> {
  const order = await forkOptions(context, engine, options);
  const watch = await watchTask(context, engine, options);
  const task = await engine.forkTask(taskId, order);
  const { seq = 0 } = task.forked_from ?? {};
  watch.note(`Task ${task.id} is a fork of ${taskId} after entry ${seq}${keptText(task)}.`);
  const { migration } = task;
  if (migration !== undefined && options.quiet !== true)
    context.stderr.write(`${migrationLines(migration, context.stderr).join('\n')}\n`);
  if (options.run !== false) return watch.carryOut(task);
  if (options.json === true) writeJson(context.stdout, taskJson(task));
  else context.stdout.write(`${task.id}\n`);
  const resume = followUp(context, 'resume', [task.id, ...projectWords(context, engine.directory)]);
  if (options.quiet !== true) context.stderr.write(`Run it with: ${resume}\n`);
  return exitCodes.success;
}

function keptText({ trace }: ForkedTask): string {
  const kept = trace.flatMap(({ stage, status, attempt }) => (status === 'done' && attempt > 0 ? [stage] : []));
  return kept.length === 0 ? ', with nothing done' : `, with what came of ${kept.join(', ')}`;
}

async function forkOptions(context: CliContext, engine: Engine, options: ForkCommandOptions): Promise<ForkOptions> {
  const { from, input, mode, tag, latest, id } = options;
  const point = from === undefined ? {} : /^\d+$/u.test(from) ? { fromSeq: Number(from) } : { fromStage: from };
  return {
    ...point,
    ...(input !== undefined && { input: await requestFrom(context, engine, input) }),
    ...(mode !== undefined && { mode }),
    ...(tag !== undefined && { tags: tag }),
    ...(latest !== undefined && { latest }),
    ...(id !== undefined && { id }),
    ...(await overridesFrom(context, options)),
  };
}

async function requestFrom(context: CliContext, { directory, compiled }: Engine, input: string): Promise<unknown> {
  const maxInputBytes = compiled.project.engine.limits?.max_input_bytes;
  const limit = maxInputBytes === undefined ? {} : { maxInputBytes };
  return (await readRequest(context, { directory, words: [], input, ...limit })).value;
}
