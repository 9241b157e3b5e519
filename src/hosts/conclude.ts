import type { Failure, FailureSignature } from '../errors/index.ts';
import {
  isTaskOver,
  isTerminal,
  statusOf,
  tokenOf,
  wasGonePast,
  type GraphNode,
  type TaskStatus,
} from '../machines/index.ts';
import type { TaskRecord, TaskResult } from './task-record.ts';
import { signatureOf, totalUsage } from './trace.ts';

/** What a task came to. Its output is that of the ends it reached: the value of one, or of several by node id. */
export function concludeTask(task: TaskRecord): TaskResult {
  const ends = isTaskOver(task.state.status) ? reachedEnds(task) : [];
  const failed = endFailures(task, ends);
  const values = ends
    .filter(({ id }) => failed.every(({ node }) => node !== id))
    .map(({ id }) => [id, task.trace.get(id)?.output ?? null] as const);
  const [first] = values;
  return {
    taskId: task.creation.id,
    status: hasFailed(task, failed) ? 'failed' : withTolerated(task),
    pipeline: task.creation.pipeline,
    output: values.length === 1 ? (first?.[1] ?? null) : values.length === 0 ? null : Object.fromEntries(values),
    failures: [...expiry(task), ...failed, ...ownFailures(task)],
    usage: totalUsage(task),
    trace: Array.from(task.trace.values(), (record) => ({ ...record })), // the task may go on
  };
}

/** Whether a task that is over is taken to have failed, whichever end it reached. */
function hasFailed({ state, isExpired, creation }: TaskRecord, failed: readonly FailureSignature[]): boolean {
  if (!isTaskOver(state.status)) return false;
  const isFailed = failed.length > 0 || creation.refused !== undefined;
  return isExpired === true || (isFailed && state.status !== 'cancelled');
}

/** A stage that went on although parts of it failed leaves the task partial, as a merge does. */
function withTolerated({ state, trace }: TaskRecord): TaskStatus {
  if (state.status !== 'completed') return state.status;
  return [...trace.values()].some(({ partial }) => partial === true) ? 'partial' : 'completed';
}

/** Why a task ended whose time was up: the stage that it is told of is the first that was stopped by it. */
function expiry(task: TaskRecord): readonly FailureSignature[] {
  if (task.isExpired !== true) return [];
  const { timeout = '' } = task.runnable.pipeline.workflow;
  const stopped = [...task.trace.values()].find(({ status }) => status === 'cancelled');
  const failure: Failure = {
    code: 'timeout.task',
    message: `The task took longer than ${timeout}.`,
    hint: 'Raise the timeout of the workflow, or begin a new task.',
  };
  return [signatureOf(task, stopped?.node ?? task.runnable.core.graph.entry.id, failure)];
}

/** Ends that were done, or whose failure counts for nothing; an end that a failure passed over gives nothing. */
function reachedEnds(task: TaskRecord): readonly GraphNode[] {
  const { control } = task.state.snapshot.context;
  return task.runnable.core.graph.order.filter(
    (node) => isTerminal(node) && (statusOf(control, node) === 'done' || wasGonePast(control, node)),
  );
}

/** Of ends whose output could not be worked out: the machine takes them for done. */
function endFailures({ trace, state }: TaskRecord, ends: readonly GraphNode[]): readonly FailureSignature[] {
  const { control } = state.snapshot.context;
  return ends.flatMap((node) => {
    const { status, failure } = trace.get(node.id) ?? {};
    return statusOf(control, node) === 'done' && status === 'failed' && failure !== undefined ? [failure] : [];
  });
}

/** Those that no edge took come first: they are why a task failed. */
function ownFailures(task: TaskRecord): readonly FailureSignature[] {
  const found = [...task.trace.values()].flatMap(({ status, failure, attempt }) =>
    status === 'failed' && failure !== undefined && attempt > 0 ? [failure] : [],
  );
  return [...found.filter(({ node }) => !isTaken(task, node)), ...found.filter(({ node }) => isTaken(task, node))];
}

function isTaken({ runnable, state }: TaskRecord, nodeId: string): boolean {
  const { control } = state.snapshot.context;
  const node = runnable.core.graph.byId.get(nodeId);
  if (node === undefined) return false;
  return wasGonePast(control, node) || node.outbound.some((edge) => tokenOf(control, edge) === 'live');
}
