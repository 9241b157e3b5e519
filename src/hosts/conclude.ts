import { failureOf, type Failure, type FailureSignature } from '../errors/index.ts';
import {
  isTaskOver,
  isTerminal,
  statusOf,
  tokenOf,
  wasGonePast,
  type Arrival,
  type GraphNode,
  type TaskStatus,
} from '../machines/index.ts';
import { scopeFor } from './work/stage-scope.ts';
import type { TaskRecord, TaskResult } from './task-record.ts';
import { signatureOf, totalUsage } from './trace.ts';

/** What a task came to. Its output is that of the ends it reached: the value of one, or of several by node id. */
export function concludeTask(task: TaskRecord): TaskResult {
  const ends = reachedEnds(task);
  const isOver = isTaskOver(task.state.status);
  const outputs = isOver ? ends.map((node) => endOutput(task, node)) : [];
  const failed = outputs.flatMap((output) => (output.ok ? [] : [output.failure]));
  const values = outputs.flatMap((output, at) => (output.ok ? [[ends[at]?.id ?? '', output.value] as const] : []));
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
  if (failed.length > 0) return true;
  const isRefused = creation.refused !== undefined && state.status !== 'cancelled';
  return isTaskOver(state.status) && (isExpired === true || isRefused);
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

type EndOutput =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: FailureSignature };

function endOutput(task: TaskRecord, node: GraphNode): EndOutput {
  const record = task.trace.get(node.id);
  const program = task.runnable.pipeline.programs.get(node.id);
  if (node.closes === undefined || program === undefined) return { ok: true, value: record?.output ?? null };
  try {
    const scope = scopeFor(task, { node: node.id, arrivals: arrivalsOf(task, node) });
    const work = program.plan(scope);
    return { ok: true, value: work.kind === 'value' ? work.value : null };
  } catch (error) {
    const failure: Failure = failureOf(error) ?? {
      code: 'internal.bug',
      message: `The output of "${node.id}" could not be made.`,
    };
    return { ok: false, failure: signatureOf(task, node.id, failure) };
  }
}

function arrivalsOf(task: TaskRecord, node: GraphNode): readonly Arrival[] {
  const { control } = task.state.snapshot.context;
  return node.inbound.map((edge) => ({ from: edge.from.id, edge: edge.id, token: tokenOf(control, edge) }));
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
