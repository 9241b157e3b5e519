import type { TaskOptions } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { checkPipeline } from '../known-pipeline.ts';
import { withEngine } from '../open-engine.ts';
import { readRequest } from '../request.ts';
import { withTaskHints } from '../task-hints.ts';
import { watchTask, type ProgressOptions } from '../task-watch.ts';

export interface RunOptions extends ProgressOptions {
  readonly input?: string;
  readonly mode?: string;
  readonly dryRun?: boolean;
  readonly analysisOnly?: boolean;
  readonly pipeline?: string;
  readonly tag?: readonly string[];
  readonly id?: string;
  readonly step?: boolean;
  readonly break?: readonly string[];
}

interface RunArguments {
  readonly directory: string;
  readonly request: readonly string[];
}

/** Creates a task and carries it to its end. */
export async function run(
  context: CliContext,
  { directory, request }: RunArguments,
  options: RunOptions,
): Promise<number> {
  return withEngine(context, { directory }, async (engine) => {
    checkPipeline([...engine.compiled.pipelines.keys()], options.pipeline);
    const { default_request: defaultRequest, limits } = engine.compiled.project.engine;
    const { value, note } = await readRequest(context, {
      directory: engine.directory,
      words: request,
      ...(options.input !== undefined && { input: options.input }),
      ...(defaultRequest !== undefined && { defaultRequest }),
      ...(limits?.max_input_bytes !== undefined && { maxInputBytes: limits.max_input_bytes }),
    });
    const watch = watchTask(context, engine, options);
    if (note !== undefined) watch.note(note);
    const place = { directory: engine.directory, taskId: options.id ?? '' };
    const task = await withTaskHints(context, place, () =>
      engine.createTask({ input: value, ...taskOptions(options) }),
    );
    return watch.carryOut(task);
  });
}

function taskOptions(options: RunOptions): Omit<TaskOptions, 'input'> {
  const mode = options.dryRun === true ? 'dry_run' : options.analysisOnly === true ? 'analysis_only' : options.mode;
  return {
    ...(mode !== undefined && { mode }),
    ...(options.pipeline !== undefined && { pipeline: options.pipeline }),
    ...(options.tag !== undefined && { tags: options.tag }),
    ...(options.id !== undefined && { id: options.id }),
    ...(options.step === true && { step: true }),
    ...(options.break !== undefined && { breakpoints: options.break }),
  };
}
