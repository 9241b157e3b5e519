import type { StageRecord, StageUsage, TaskRecord } from '../../hosts/index.ts';
import type { Spending } from '../../services/index.ts';
import { agentOfNode } from './agent-of-node.ts';
import type { SpendingPlace } from './budget-scopes.ts';

export interface SpentAt {
  readonly place: SpendingPlace;
  readonly spent: Spending;
}

/**
 * What a task and those below it have spent by their journals, each token once. A stage with child tasks has what these have
 * spent in its own usage, too, as soon as an attempt is over; what of it is in no child task counts for the stage, as in a fork.
 */
export function spentBefore(tasks: readonly TaskRecord[]): readonly SpentAt[] {
  return tasks.flatMap((task) => [
    ...[...task.trace.values()].flatMap((record) => spentAt(task, record, tasks)),
    ...(task.spent === undefined ? [] : [{ place: { taskId: task.creation.id }, spent: spendingOf(task.spent) }]),
  ]);
}

function spentAt(task: TaskRecord, record: StageRecord, tasks: readonly TaskRecord[]): readonly SpentAt[] {
  if (record.usage === undefined) return [];
  const agent = agentOfNode(task, record.node);
  const place = { taskId: task.creation.id, node: record.node, ...(agent !== undefined && { agent }) };
  let { tokens, costUsd } = spendingOf(record.usage);
  for (const usage of tasks.flatMap((each) => (isIn(record, task, each) ? usagesOf(each) : []))) {
    const below = spendingOf(usage);
    tokens -= below.tokens;
    costUsd -= below.costUsd;
  }
  return tokens <= 0 ? [] : [{ place, spent: { tokens, costUsd: Math.max(0, costUsd) } }];
}

/** Whether what a child task has spent is in the usage of a stage: not while the attempt is at work that it belongs to. */
function isIn({ node, status, attempt }: StageRecord, task: TaskRecord, { creation: { parent } }: TaskRecord): boolean {
  if (parent?.task !== task.creation.id || parent.node !== node) return false;
  return (status !== 'running' && status !== 'waiting') || parent.attempt < attempt;
}

function usagesOf({ trace, spent }: TaskRecord): readonly StageUsage[] {
  return [spent, ...[...trace.values()].map(({ usage }) => usage)].flatMap((usage) => usage ?? []);
}

export function spendingOf({
  prompt_tokens: prompt,
  completion_tokens: completion,
  cost_usd: cost,
}: StageUsage): Spending {
  return { tokens: prompt + completion, costUsd: cost ?? 0 };
}
