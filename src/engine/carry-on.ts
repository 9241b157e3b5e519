import type { TaskResult } from '../hosts/index.ts';
import { isTaskOver } from '../machines/index.ts';
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
    return result;
  } finally {
    // Whoever learned first that the task is at rest may have taken it up again already.
    if (!context.host.isAtWork(id)) await context.definitions.endTask(id, isOver);
    context.afterTask?.();
  }
}
