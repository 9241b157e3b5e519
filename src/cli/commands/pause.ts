import type { Engine, TaskView } from '../../engine/index.ts';
import { followUp, projectWords, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProjectOfTask } from '../find-project.ts';
import { countText } from '../text/format-values.ts';
import { withPinnedEngine } from '../open-engine.ts';
import { writeJson } from '../text/output-text.ts';
import { withTaskHints } from '../text/task-hints.ts';
import { taskJson } from '../text/task-json.ts';

export interface PauseOptions {
  readonly project?: string;
  readonly json?: boolean;
}

/** Has the process that is at work on a task pause it. */
export async function pause(context: CliContext, taskId: string, options: PauseOptions): Promise<number> {
  const directory = await findProjectOfTask(context, taskId, options.project);
  return withPinnedEngine(context, { directory, taskId, lazy: true }, async (engine) =>
    withTaskHints(context, { directory, taskId }, async () => {
      const task = await pausedTask(engine, taskId);
      if (options.json === true) writeJson(context.stdout, taskJson(task));
      const count = task.trace.filter(({ status }) => status === 'running').length;
      const rest = count === 0 ? 'is paused' : `pauses: ${countText(count, 'stage')} at work will end first`;
      const resume = followUp(context, 'resume', [taskId, ...projectWords(context, directory)]);
      context.stderr.write(`Task "${taskId}" ${rest}. Go on with: ${resume}\n`);
      return exitCodes.success;
    }),
  );
}

async function pausedTask(engine: Engine, taskId: string): Promise<TaskView> {
  const task = await engine.showTask(taskId);
  if (task.status === 'paused') return task;
  await engine.pauseTask(taskId);
  return engine.showTask(taskId);
}
