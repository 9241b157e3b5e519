import { failureKinds, type Failure, type FailureSignature } from '../errors/index.ts';
import { wasGonePast, type ControlChanges, type GraphNode, type PendingStage } from '../machines/index.ts';
import { noteAgent } from './assigned-agents.ts';
import type { StageResult } from './work/stage-runner.ts';
import type { StageRecord, StageStatus, StageUsage, TaskRecord } from './task-record.ts';

/*
 * The trace of a task, kept up to date from what the reducer says. The same calls in the same order give the same trace,
 * so that it can be rebuilt from the journal.
 */

/** A stage began an attempt. */
export function noteStart(task: TaskRecord, stage: PendingStage, at: number): void {
  const known = task.trace.get(stage.node);
  if (known === undefined) {
    const record = newRecord(task, stage.node, { status: stage.waiting === true ? 'waiting' : 'running', at });
    record.attempt = stage.attempt;
    task.trace.set(stage.node, record);
    noteAgent(task, record, stage);
    return;
  }
  known.status = 'running';
  known.attempt = stage.attempt;
}

/** An attempt ended; whether the stage is over is for the machine to say. */
export function noteResult(task: TaskRecord, node: string, result: StageResult): void {
  const record = task.trace.get(node);
  if (record === undefined) return;
  if (result.usage !== undefined) noteSpent(task, node, result.usage);
  if (result.ok) {
    record.output = result.output;
    if (result.choice !== undefined) record.choice = result.choice;
    if (result.partial === true) record.partial = true;
    delete record.failure;
  } else {
    record.failure = signatureOf(task, node, result.failure);
  }
}

/** An attempt came to no end, and has spent something all the same. */
export function noteSpent(task: TaskRecord, node: string, usage: StageUsage): void {
  const record = task.trace.get(node);
  if (record !== undefined) record.usage = addUsage(record.usage, usage);
}

/** Nodes changed their status in the kernel. */
export function noteChanges(task: TaskRecord, changes: ControlChanges, at: number): void {
  for (const { node, status } of changes.nodes) {
    if (status === 'pending' || status === 'ready') continue;
    close(task, node, { status, at });
  }
}

interface Closing {
  readonly status: StageStatus;
  readonly at: number;
}

function close(task: TaskRecord, node: GraphNode, { status, at }: Closing): void {
  const record = task.trace.get(node.id) ?? newRecord(task, node.id, { status, at });
  task.trace.set(node.id, record);
  record.status = status;
  record.ended_at = at;
  if (status === 'failed') noteFailure(task, node, record);
  const view = { status, output: record.output ?? null, ...(record.choice !== undefined && { choice: record.choice }) };
  task.stages[node.id] = view;
  if (node.standsFor !== undefined && status !== 'skipped') task.stages[node.standsFor] = view;
}

function noteFailure(task: TaskRecord, node: GraphNode, record: StageRecord): void {
  record.failure ??= signatureOf(task, node.id, kernelFailure(node, record));
  if (node.onFailure === undefined || !wasGonePast(task.state.snapshot.context.control, node)) return;
  record.on_failure = node.onFailure;
  delete record.output;
}

/** Why the kernel failed a node whose work did not fail. */
function kernelFailure(node: GraphNode, record: StageRecord): Failure {
  if (node.isDecision && record.attempt > 0) {
    return {
      code: 'routing.no_edge',
      message: `Decision "${node.id}" chose ${record.choice === undefined ? 'nothing' : `"${record.choice}"`}, and no edge fits that.`,
      hint: 'Add an edge with that condition, or a normal edge as the default.',
    };
  }
  if (node.isMerge) {
    const code = node.join.mode === 'quorum' ? 'branch_failed.quorum' : 'branch_failed.merge';
    return { code, message: `A branch that "${node.id}" needs has failed.` };
  }
  return { code: 'branch_failed.merge', message: `A stage before "${node.id}" failed and nothing took the failure.` };
}

/** A failure with the place at which it happened. */
export function signatureOf(task: TaskRecord, node: string, failure: Failure): FailureSignature {
  const { category, retryable } = failureKinds[failure.code];
  return {
    ...failure,
    category,
    retryable,
    stage: node,
    node,
    node_type: typeOf(task, node),
    pipeline: task.creation.pipeline,
    attempt: Math.max(1, task.trace.get(node)?.attempt ?? 1),
  };
}

function newRecord(task: TaskRecord, node: string, { status, at }: Closing): StageRecord {
  return { stage: node, node, node_type: typeOf(task, node), status, attempt: 0, started_at: at };
}

function typeOf(task: TaskRecord, node: string): string {
  return task.runnable.core.graph.byId.get(node)?.type ?? 'unknown';
}

/** Both together. A cost is given when at least one has one. */
export function addUsage(
  before: StageRecord['usage'],
  more: NonNullable<StageRecord['usage']>,
): NonNullable<StageRecord['usage']> {
  if (before === undefined) return more;
  const cost =
    before.cost_usd === undefined && more.cost_usd === undefined
      ? undefined
      : (before.cost_usd ?? 0) + (more.cost_usd ?? 0);
  return {
    prompt_tokens: before.prompt_tokens + more.prompt_tokens,
    completion_tokens: before.completion_tokens + more.completion_tokens,
    cached_tokens: before.cached_tokens + more.cached_tokens,
    ...(cost !== undefined && { cost_usd: cost }),
  };
}

/** Usage of all stages of a task. A cost is given when at least one stage has one. */
export function totalUsage(task: TaskRecord): {
  prompt_tokens: number;
  completion_tokens: number;
  cached_tokens: number;
  total_tokens: number;
  cost_usd?: number;
} {
  let sum: StageRecord['usage'] = task.spent ?? { prompt_tokens: 0, completion_tokens: 0, cached_tokens: 0 };
  for (const { usage } of task.trace.values()) if (usage !== undefined) sum = addUsage(sum, usage);
  return { ...sum, total_tokens: sum.prompt_tokens + sum.completion_tokens };
}
