import type { CliContext } from '../context.ts';
import { findProjectOfTask } from '../find-project.ts';
import { withPinnedEngine } from '../open-engine.ts';
import { payloadsFor, type ProgressOptions } from '../input/progress-options.ts';
import { pinnedNotes } from '../text/pinned-notes.ts';
import { withTaskHints } from '../text/task-hints.ts';
import { watchTask } from '../task-watch.ts';

export interface StepCommandOptions extends ProgressOptions {
  readonly project?: string;
  readonly stage?: string;
}

/** Lets one stage of a task run that is held, and says what is next. */
export async function step(context: CliContext, taskId: string, options: StepCommandOptions): Promise<number> {
  const directory = await findProjectOfTask(context, taskId, options.project);
  const { stage } = options;
  return withPinnedEngine(context, { directory, taskId, ...payloadsFor(context, options) }, async (engine) =>
    withTaskHints(context, { directory, taskId }, async () => {
      const task = await engine.showTask(taskId);
      const watch = await watchTask(context, engine, options);
      for (const note of await pinnedNotes(context, engine, task)) watch.note(note);
      return watch.carryOut(task, async () => engine.stepTask(taskId, stage === undefined ? {} : { stage }));
    }),
  );
}
