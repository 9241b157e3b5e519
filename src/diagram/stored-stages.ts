import { stageTogether, stagePath, type StageProjection, type TaskProjection } from './project-task.ts';

/** What is kept of a task beside its events: what its stages came to, by the tasks that they are of. */
export interface StoredStages {
  readonly status: string;
  readonly cost_usd?: number;
  readonly tasks: readonly { readonly id: string; readonly trace: readonly StoredStage[] }[];
}

export interface StoredStage {
  readonly node: string;
  readonly status: string;
  readonly attempt: number;
  readonly usage?: { readonly cost_usd?: number };
}

/** The task with what its events do not tell once it is stored: costs, and which of its stages wait for a consent. */
export function withStoredStages(task: TaskProjection, stored: StoredStages): TaskProjection {
  const stages = new Map(task.stages);
  const costs = new Map<string, number>();
  for (const { id, trace } of stored.tasks) {
    for (const record of trace) {
      const path = stagePath(task.taskId, id, record.node);
      const before = stages.get(path);
      if (before === undefined) continue;
      costs.set(path, (costs.get(path) ?? 0) + (record.usage?.cost_usd ?? 0));
      stages.set(path, { ...withRecord(before, id, record), costUsd: costs.get(path) ?? 0 });
    }
  }
  return { ...task, stages, status: stored.status, costUsd: stored.cost_usd ?? 0 };
}

function withRecord(stage: StageProjection, taskId: string, { status, attempt }: StoredStage): StageProjection {
  const attempts = Math.max(stage.attempts, attempt);
  if (status !== 'waiting') return { ...stage, attempts };
  const states = new Map(stage.states).set(taskId, 'waiting' as const);
  return { ...stage, attempts, states, state: stageTogether(states) };
}
