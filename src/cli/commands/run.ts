import type { TaskOptions } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { checkPipeline } from '../input/known-pipeline.ts';
import { withEngine } from '../open-engine.ts';
import { overrideNotes } from '../text/override-notes.ts';
import { overridesFrom } from '../input/overrides.ts';
import { payloadsFor } from '../input/progress-options.ts';
import { readRequest } from '../input/request.ts';
import { withTaskHints } from '../text/task-hints.ts';
import { watchTask } from '../task-watch.ts';
import { modeOf, type RunArguments, type RunOptions } from './run-options.ts';

/** Creates a task and carries it to its end. */
export async function run(
  context: CliContext,
  { directory, request }: RunArguments,
  options: RunOptions,
): Promise<number> {
  return withEngine(context, { directory, ...payloadsFor(context, options) }, async (engine) => {
    const overrides = await overridesFrom(context, options);
    checkPipeline([...engine.compiled.pipelines.keys()], options.pipeline);
    const { default_request: defaultRequest, limits } = engine.compiled.project.engine;
    const { value, note } = await readRequest(context, {
      directory: engine.directory,
      words: request,
      ...(options.input !== undefined && { input: options.input }),
      ...(defaultRequest !== undefined && { defaultRequest }),
      ...(limits?.max_input_bytes !== undefined && { maxInputBytes: limits.max_input_bytes }),
    });
    const watch = await watchTask(context, engine, options);
    if (note !== undefined) watch.note(note);
    const place = { directory: engine.directory, taskId: options.id ?? '' };
    const task = await withTaskHints(context, place, () =>
      engine.createTask({ input: value, ...taskOptions(options), ...overrides }),
    );
    for (const text of overrideNotes(task)) watch.note(text);
    return watch.carryOut(task);
  });
}

/** Nothing is written, run or asked of others; what may be read stays as it is. */
const readOnly = { filesystem: { write: [] }, commands: { allow: [] }, network: { allow: [] } };

function taskOptions(options: RunOptions): Omit<TaskOptions, 'input'> {
  const mode = modeOf(options);
  return {
    ...(mode !== undefined && { mode }),
    ...(options.pipeline !== undefined && { pipeline: options.pipeline }),
    ...(options.tag !== undefined && { tags: options.tag }),
    ...(options.id !== undefined && { id: options.id }),
    ...(options.readOnly === true && { permissions: readOnly }),
    ...(options.step === true && { step: true }),
    ...(options.break !== undefined && { breakpoints: options.break }),
  };
}
