/** The task that was run, of which another one is a part: ids of child tasks begin with the id of the task above. */
export function rootTaskOf(taskId: string): string {
  return taskId.split('/')[0] ?? taskId;
}
