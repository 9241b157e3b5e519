/** The id of the task that is claimed with its children: they have no lease of their own. */
export function rootOf(taskId: string): string {
  const slash = taskId.indexOf('/');
  return slash === -1 ? taskId : taskId.slice(0, slash);
}

/** Whether a task is below another one. */
export function isBelow(taskId: string, ancestor: string): boolean {
  return taskId.startsWith(`${ancestor}/`);
}
