import type { ListedTask, TaskFilter } from './port.ts';

type Searched = Pick<ListedTask, 'id' | 'status' | 'mode' | 'definition' | 'created_at'>;

/** Whether a list with this filter shows the task, its limit aside. */
export function matchesFilter(task: Searched, filter: TaskFilter): boolean {
  const { below, status, mode = task.mode, definition = task.definition, search = '' } = filter;
  const isInPlace = below === undefined ? !task.id.includes('/') : task.id.startsWith(`${below}/`);
  if (!isInPlace || !task.id.startsWith(search) || !isInTime(task.created_at, filter)) return false;
  return (status === undefined || status.includes(task.status)) && mode === task.mode && definition === task.definition;
}

function isInTime(createdAt: number, { createdAfter = -Infinity, createdBefore = Infinity }: TaskFilter): boolean {
  return createdAt >= createdAfter && createdAt < createdBefore;
}
