import type { StageRecord, StageUsage, TaskRecord } from '../../hosts/index.ts';
import { minus, nothing, plus, type Spending, type StoredCall } from '../../services/index.ts';
import { agentOfNode } from './agent-of-node.ts';
import type { SpendingPlace } from './budget-scopes.ts';
import { logScope, usageIn } from './call-logs.ts';

export interface SpentAt {
  readonly place: SpendingPlace;
  readonly spent: Spending;
}

/**
 * What a task and those below it have spent by their journals, each token once. A stage with child tasks has what these have
 * spent in its own usage, too, as soon as an attempt is over; what of it is in no child task counts for the stage, as in a fork.
 * Calls of attempts that came to no end are in no journal, and are kept all the same.
 */
export function spentBefore(
  tasks: readonly TaskRecord[],
  callsOf: (taskId: string) => readonly StoredCall[],
): readonly SpentAt[] {
  return tasks.flatMap((task) => [
    ...[...task.trace.values()].flatMap((record) => spentAt(task, record, tasks)),
    ...(task.spent === undefined ? [] : [{ place: { taskId: task.creation.id }, spent: spendingOf(task.spent) }]),
    ...unreported(task, callsOf(task.creation.id)),
  ]);
}

/** What the calls of stages came to beyond what the trace says of them. */
function unreported(task: TaskRecord, calls: readonly StoredCall[]): readonly SpentAt[] {
  const byScope = new Map<string, Spending>();
  for (const { scope, text } of calls) {
    const usage = usageIn(text);
    if (usage !== undefined) byScope.set(scope, plus(byScope.get(scope) ?? nothing, spendingOf(usage)));
  }
  const { definition } = task.creation;
  return [...task.trace.values()].flatMap((record) => {
    const spent = byScope.get(logScope(record.node, definition));
    if (spent === undefined) return [];
    const { tokens, costUsd } = minus(spent, record.usage === undefined ? nothing : spendingOf(record.usage));
    return tokens <= 0 ? [] : [{ place: placeOf(task, record), spent: { tokens, costUsd: Math.max(0, costUsd) } }];
  });
}

function placeOf(task: TaskRecord, { node }: StageRecord): SpendingPlace {
  const agent = agentOfNode(task, node);
  return { taskId: task.creation.id, node, ...(agent !== undefined && { agent }) };
}

function spentAt(task: TaskRecord, record: StageRecord, tasks: readonly TaskRecord[]): readonly SpentAt[] {
  if (record.usage === undefined) return [];
  let { tokens, costUsd } = spendingOf(record.usage);
  for (const usage of tasks.flatMap((each) => (isIn(record, task, each) ? usagesOf(each) : []))) {
    const below = spendingOf(usage);
    tokens -= below.tokens;
    costUsd -= below.costUsd;
  }
  return tokens <= 0 ? [] : [{ place: placeOf(task, record), spent: { tokens, costUsd: Math.max(0, costUsd) } }];
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
