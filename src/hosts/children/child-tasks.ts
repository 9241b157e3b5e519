import { EngineError, type Failure, type FailureSignature } from '../../errors/index.ts';
import { isTaskOver, openStatuses, startsChildren } from '../../machines/index.ts';
import { isStillWaiting, stopWatching, watchDeadline } from './child-rests.ts';
import { concludeTask } from '../conclude.ts';
import { creationFacts } from '../creation-facts.ts';
import { startRecord } from '../journal/replay.ts';
import type { HostState } from '../host-state.ts';
import { stopReasons, type ChildControl, type ChildRequest, type StageCall } from '../work/stage-runner.ts';
import type { ChildEnd, TaskCreation, TaskRecord, TaskResult } from '../task-record.ts';
import { settledOverrides } from '../orders/override-consents.ts';
import { totalUsage } from '../trace.ts';

/*
 * Child tasks: what a map, a repeat or a workflow node has done for it. Each is a task of its own, with a row and a
 * journal, whose id says who started it. A parent that starts its stage again, after a crash or a pause, finds what its
 * children have come to; only what is missing is run.
 */

/** Later attempts of a stage begin anew, as do all with other manifests, so that their children have ids of their own. */
function childId({ task, stage }: StageCall, number: number | undefined): string {
  const since = task.migratedAt === undefined ? '' : `~${task.migratedAt}`;
  const attempt = stage.attempt === 1 && since === '' ? '' : `~${stage.attempt}${since}`;
  return `${task.creation.id}/${stage.node}${attempt}${number === undefined ? '' : `.${number}`}`;
}

export function createChildTasks(host: HostState): ChildControl {
  return {
    run: (call, request, signal) => runChild(host, call, { request, signal }),
    turn: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      host.clock.defer(resolve);
      await promise;
    },
    spending: ({ task, stage }) =>
      [...host.workers.values()].flatMap((worker) => {
        const { parent } = worker.task.creation;
        return parent?.task === task.creation.id && parent.node === stage.node
          ? [{ usage: totalUsage(worker.task) }]
          : [];
      }),
    pause({ creation }) {
      for (const worker of host.workers.values()) {
        if (worker.task.creation.parent?.task === creation.id) worker.pause();
      }
    },
    // What cannot be written now is cancelled when the task above them all is over.
    abandon: (task, node) => void Promise.allSettled([abandon(host, task, node)]),
  };
}

interface ChildRun {
  readonly request: ChildRequest;
  readonly signal: AbortSignal;
}

async function runChild(host: HostState, call: StageCall, { request, signal }: ChildRun): Promise<ChildEnd> {
  if (signal.aborted) return cancelledEnd;
  const { number = 0 } = request;
  const { childEnds } = call.task;
  const known = childEnds.get(call.stage.node) ?? new Map<number, ChildEnd>();
  childEnds.set(call.stage.node, known);
  const before = known.get(number);
  if (before !== undefined) return before;
  try {
    const id = childId(call, request.number);
    const { onRoused } = request;
    for (;;) {
      const end = await resultOf(host, { call, request, signal, id });
      if (isTaskOver(end.status)) known.set(number, end);
      if (end.status !== 'waiting' || onRoused === undefined || call.rousing.listen(id, onRoused)) return end;
    }
  } catch (error) {
    // What stops a child, such as a store that fails, is no failure of a stage: the task above stops as well.
    host.workers.get(call.task.creation.id)?.stop(error);
    throw error;
  }
}

const noUsage = { prompt_tokens: 0, completion_tokens: 0, cached_tokens: 0, total_tokens: 0 };
const cancelledEnd: ChildEnd = { status: 'cancelled', output: null, usage: noUsage };
const pausedEnd: ChildEnd = { status: 'paused', output: null, usage: noUsage };

async function resultOf(host: HostState, run: ChildRun & { call: StageCall; id: string }): Promise<ChildEnd> {
  const { call, request, signal, id } = run;
  const live = host.workers.get(id);
  if (live?.hasEnded() === true) {
    await Promise.allSettled([live.result]); // it came to rest in this very turn
    return resultOf(host, run);
  }
  if (live !== undefined) {
    if (!call.isHeldBack()) live.takeUp();
    return endOf(await live.result);
  }
  const found = host.keeper.tryFind(id);
  const task = found ?? createChild(host, creationOf(host, call, { request, id }));
  // Over already: in an earlier process, by an answer at rest, or at once, as a workflow is that has nothing but ends.
  if (isTaskOver(task.state.status)) {
    host.keeper.forget(id);
    await host.children.end(id, true);
    return endOf(task.result ?? concludeTask(task));
  }
  if (isStillWaiting(host, task) && !signal.aborted) {
    watchDeadline(host, task);
    return endOf(concludeTask(task));
  }
  if (found !== undefined) await host.children.restore(found);
  if (call.isHeldBack()) return pausedEnd; // by who heard of the child, or while it was read back
  return endOf(await carryChild(host, task, { call, signal }));
}

function creationOf(
  { clock }: HostState,
  { task, stage }: StageCall,
  { request, id }: { request: ChildRequest; id: string },
): TaskCreation {
  const { definition, mode, tags, permissions } = task.creation;
  const parent = { task: task.creation.id, node: stage.node, attempt: stage.attempt };
  const { body, input, frame } = request;
  const overrides = settledOverrides(task);
  const inherited = {
    definition,
    mode,
    tags,
    ...(permissions !== undefined && { permissions }),
    ...(overrides !== undefined && { overrides }),
  };
  return { id, ...inherited, pipeline: body, input, paused: false, created_at: clock.now(), parent, frame };
}

function createChild(host: HostState, creation: TaskCreation): TaskRecord {
  const task = startRecord(creation, host.resolve(creation.definition, creation.pipeline));
  const { id, created_at: at } = creation;
  host.keeper.noteCreation(task);
  host.turns.note({
    taskId: id,
    carryOut() {
      if (!host.listener.isListening()) return;
      for (const fact of creationFacts(task)) host.listener.tell(task, fact, { seq: 0, at });
    },
    giveUp: (error) => host.workers.get(id)?.stop(error),
  });
  return task;
}

async function carryChild(
  host: HostState,
  task: TaskRecord,
  { call, signal }: Pick<ChildRun, 'signal'> & { readonly call: StageCall },
): Promise<TaskResult> {
  const { id } = task.creation;
  const isHalted = (): boolean => host.isClosed || (signal.aborted && signal.reason === stopReasons.halted);
  // Made when it is needed: an error takes longer than an item that does nothing.
  const halted = (): EngineError =>
    new EngineError('ENGINE_CLOSED', `The task above "${id}" stopped while it was at work.`);
  if (isHalted()) throw halted(); // while it was read back
  const worker = host.makeWorker(task);
  const onAbort = (): void => {
    if (isHalted()) worker.stop(halted());
    else worker.interrupt({ message: { kind: 'control', command: 'cancel' } });
  };
  host.workers.set(id, worker);
  stopWatching(host, id);
  try {
    const command = task.state.status === 'pending' ? 'start' : 'resume';
    const message = { kind: 'control', command: signal.aborted ? 'cancel' : command } as const;
    worker.start({ message, ...(command !== 'start' && { afterRest: true }) });
    signal.addEventListener('abort', onAbort, { once: true });
    return await worker.result;
  } finally {
    signal.removeEventListener('abort', onAbort);
    host.workers.delete(id);
    host.keeper.release(id);
    const isOver = isTaskOver(task.state.status);
    if (isOver) host.keeper.forget(id);
    if (task.state.status === 'waiting' && host.workers.has(call.task.creation.id)) watchDeadline(host, task);
    await host.children.end(id, isOver);
  }
}

function endOf({ status, output, failures, usage }: TaskResult): ChildEnd {
  const [failure] = failures;
  return { status, output, usage, ...(failure !== undefined && { failure: withoutPlace(failure) }) };
}

/** The stage above gives a failure a place of its own; where it arose stays in the details. */
function withoutPlace(signature: FailureSignature): Failure {
  const { code, message, hint, retry_after_ms: after, details, stage } = signature;
  return {
    code,
    message,
    details: { ...details, stage },
    ...(hint !== undefined && { hint }),
    ...(after !== undefined && { retry_after_ms: after }),
  };
}

/** Cancels the children of a task that is over, as far as they are not over themselves. */
export async function cancelChildren(host: HostState, { creation, runnable }: TaskRecord): Promise<void> {
  if (!runnable.core.graph.nodes.some(startsChildren)) return;
  host.turns.settle(); // the store does not know of those before
  const faults: unknown[] = [];
  for (const { id } of host.keeper.list({ below: creation.id, status: openStatuses })) {
    try {
      await cancelChild(host, id);
    } catch (error) {
      faults.push(error); // one that cannot be read or written leaves no others open
    }
  }
  if (faults.length > 0) throw faults[0];
}

async function cancelChild(host: HostState, id: string): Promise<void> {
  const cancel = { message: { kind: 'control', command: 'cancel' } } as const;
  const live = host.workers.get(id);
  if (live !== undefined) {
    live.interrupt(cancel);
    await live.result;
    return;
  }
  const worker = host.makeWorker(host.keeper.find(id));
  worker.interrupt({ ...cancel, afterRest: true });
  await worker.result;
  host.keeper.forget(id);
  await host.children.end(id, true);
}

/** Whether what follows the id of a task is that of a child of a stage, at any depth. A stage may be called "a~~b". */
function isOfStage(rest: string, node: string): boolean {
  return rest.startsWith(node) && /^(?:~\d+){0,2}(?:[./]|$)/u.test(rest.slice(node.length));
}

async function abandon(host: HostState, { creation, runnable }: TaskRecord, node: string): Promise<void> {
  const stage = runnable.core.graph.byId.get(node);
  if (stage === undefined || !startsChildren(stage)) return;
  const { id: above } = creation;
  host.turns.settle();
  for (const { id } of host.keeper.list({ below: above, status: openStatuses })) {
    if (isOfStage(id.slice(above.length + 1), node) && !host.workers.has(id)) await cancelChild(host, id);
  }
}
