import { EngineError } from '../errors/index.ts';
import type { Host, TaskSummary } from './host.ts';
import type { TaskRecord } from './task-record.ts';
import { createTaskHost, type TaskHostOptions, type TaskKeeper } from './task-host.ts';

/** Finished tasks that can still be looked at; older ones are forgotten. */
const keptTasks = 1_000;

/** Keeps tasks in this process only: for tests, and for work that need not survive it. */
export function createMemoryHost(options: Omit<TaskHostOptions, 'keeper'>): Host {
  return createTaskHost({ ...options, keeper: createMemoryKeeper() });
}

function createMemoryKeeper(): TaskKeeper {
  const tasks = new Map<string, TaskRecord>();
  const finished: string[] = [];
  const find = (taskId: string): TaskRecord => {
    const task = tasks.get(taskId);
    if (task === undefined) throw taskNotFound(taskId);
    return task;
  };
  return {
    add(task) {
      const { id } = task.creation;
      if (tasks.has(id)) throw new EngineError('TASK_ALREADY_EXISTS', `There is a task "${id}" already.`);
      tasks.set(id, task);
    },
    commit: () => undefined,
    find,
    isOwn: () => true,
    claim: () => undefined,
    release(taskId) {
      if (tasks.get(taskId)?.result === undefined) return;
      finished.push(taskId);
      const forgotten = finished.length > keptTasks ? finished.shift() : undefined;
      if (forgotten !== undefined) tasks.delete(forgotten);
    },
    list: ({ status, limit }) =>
      [...tasks.values()]
        .filter((task) => status === undefined || status.includes(task.state.status))
        .toReversed()
        .slice(0, limit)
        .map(summaryOf),
    close: () => tasks.clear(),
  };
}

function summaryOf({ creation, state, result }: TaskRecord): TaskSummary {
  const { id, definition, created_at } = creation;
  return { id, definition, created_at, updated_at: created_at, status: result?.status ?? state.status };
}

export function taskNotFound(taskId: string): EngineError {
  return new EngineError('TASK_NOT_FOUND', `There is no task "${taskId}".`, {
    hint: 'See "agent-engine tasks" for those there are.',
  });
}
