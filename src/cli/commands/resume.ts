import type { CliContext } from '../context.ts';
import { findProjectOfTask } from '../find-project.ts';
import { withEngine, withTaskHints } from '../open-engine.ts';
import { watchTask, type ProgressOptions } from '../task-watch.ts';

export interface ResumeOptions extends ProgressOptions {
  readonly project?: string;
}

/** Goes on with a task after its last finished stage. */
export async function resume(context: CliContext, taskId: string, options: ResumeOptions): Promise<number> {
  const directory = await findProjectOfTask(context, taskId, options.project);
  return withEngine(context, { directory }, async (engine) =>
    withTaskHints(context, { directory, taskId }, async () => {
      const watch = watchTask(context, engine, options);
      return watch.carryOut(await engine.showTask(taskId), async () => engine.resumeTask(taskId));
    }),
  );
}
