import type { TaskResult } from '../hosts/index.ts';
import { isTaskOver } from '../machines/index.ts';
import { taskPlace } from './plugins/hook-place.ts';
import type { TasksContext } from './tasks-context.ts';

/** Carries a task on in this process, with all that its stages need. */
export async function runTask(
  context: TasksContext,
  id: string,
  run = (): Promise<TaskResult> => context.host.run(id),
): Promise<TaskResult> {
  const { host, definitions } = context;
  if (!host.isAtWork(id)) {
    const task = host.view(id);
    const services = await definitions.get(task.creation.definition).load();
    await services.restore(task);
  }
  return withCleanUp(context, id, run());
}

/** Stops the actors of a task once it has come to rest. */
export async function withCleanUp(context: TasksContext, id: string, run: Promise<TaskResult>): Promise<TaskResult> {
  let isOver = false;
  try {
    const result = await run;
    isOver = isTaskOver(result.status);
    if (isOver) await tellEnd(context, result);
    return result;
  } finally {
    // Whoever learned first that the task is at rest may have taken it up again already.
    if (!context.host.isAtWork(id)) await context.definitions.endTask(id, isOver);
    context.afterTask?.();
  }
}

/** The hooks of its end are those of the process that it came to its end in. */
async function tellEnd({ host, hooks, telemetry }: TasksContext, result: TaskResult): Promise<void> {
  const task = host.view(result.taskId);
  await hooks.ended(result, taskPlace(task.creation), (fact) => telemetry.tell(task, fact));
}
