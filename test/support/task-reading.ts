import type { StageRecord, TaskResult } from '../../src/index.ts';

/** What became of the stages of a task, in the order in which they started. */
export function outcome({ trace }: Pick<TaskResult, 'trace'>): string[] {
  return trace.map(({ stage, status }) => `${stage} ${status}`);
}

export function stageOf({ trace }: Pick<TaskResult, 'trace'>, id: string): StageRecord {
  const found = trace.find(({ stage }) => stage === id);
  if (found === undefined) throw new Error(`The task has no stage "${id}".`);
  return found;
}
