import { EngineError, type Failure, type FailureSignature } from '../errors/index.ts';
import type { NodeType } from '../manifest/index.ts';
import { isTaskOver, openStatuses } from '../machines/index.ts';
import { concludeTask } from './conclude.ts';
import { startRecord } from './replay.ts';
import type { HostState } from './host-state.ts';
import { stopReasons, type ChildRequest, type ChildTasks, type StageCall } from './stage-runner.ts';
import { isBelow } from './task-lineage.ts';
import type { ChildEnd, TaskCreation, TaskRecord, TaskResult } from './task-record.ts';

/*
 * Child tasks: what a map, a repeat or a workflow node has done for it. Each is a task of its own, with a row and a
 * journal, whose id says who started it. A parent that starts its stage again, after a crash or a pause, finds what its
 * children have come to; only what is missing is run.
 */

/** Later attempts of a stage begin anew, so that their children have ids of their own. */
function childId({ task, stage }: Pick<StageCall, 'task' | 'stage'>, number: number | undefined): string {
  const attempt = stage.attempt === 1 ? '' : `~${stage.attempt}`;
  return `${task.creation.id}/${stage.node}${attempt}${number === undefined ? '' : `.${number}`}`;
}

export function createChildTasks(host: HostState): ChildTasks {
  return {
    run: (call, request, signal) => runChild(host, call, { request, signal }),
    abandon(task, stage) {
      if (!hasChildren(task, stage.node)) return;
      const own = childId({ task, stage }, undefined);
      const isOwn = (id: string): boolean => id === own || id.startsWith(`${own}.`) || isBelow(id, own);
      // What cannot be cancelled now is when the task that was run is over.
      void cancelOpen(host, task.creation.id, isOwn).catch(() => undefined);
    },
    turn: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      host.clock.defer(resolve);
      await promise;
    },
  };
}

interface ChildRun {
  readonly request: ChildRequest;
  readonly signal: AbortSignal;
}

async function runChild(host: HostState, call: StageCall, { request, signal }: ChildRun): Promise<ChildEnd> {
  const { number = 0 } = request;
  const { childEnds } = call.task;
  const known = childEnds.get(call.stage.node) ?? new Map<number, ChildEnd>();
  childEnds.set(call.stage.node, known);
  const before = known.get(number);
  if (before !== undefined) return before;
  const end = endOf(await resultOf(host, { call, request, signal, id: childId(call, request.number) }));
  if (isTaskOver(end.status)) known.set(number, end);
  return end;
}

async function resultOf(host: HostState, run: ChildRun & { call: StageCall; id: string }): Promise<TaskResult> {
  const { call, request, signal, id } = run;
  const live = host.workers.get(id);
  if (live !== undefined) {
    live.takeUp();
    return live.result;
  }
  const found = host.keeper.tryFind(id);
  if (found !== undefined && isTaskOver(found.state.status)) return concludeTask(found);
  if (found !== undefined) await host.children.restore(found);
  const task = found ?? createChild(host, creationOf(host, call, { request, id }));
  return carryChild(host, task, signal);
}

function creationOf(
  { clock }: HostState,
  { task, stage }: StageCall,
  { request, id }: { request: ChildRequest; id: string },
): TaskCreation {
  const { definition, mode, tags } = task.creation;
  const parent = { task: task.creation.id, node: stage.node, attempt: stage.attempt };
  const { body, input, frame } = request;
  return { id, definition, pipeline: body, input, mode, tags, paused: false, created_at: clock.now(), parent, frame };
}

function createChild(host: HostState, creation: TaskCreation): TaskRecord {
  const task = startRecord(creation, host.resolve(creation.definition, creation.pipeline));
  host.keeper.add(task);
  if (host.listener.isListening()) {
    const { definition, mode } = creation;
    host.listener.tell(task, { type: 'task.created', data: { definition, mode } });
  }
  return task;
}

async function carryChild(host: HostState, task: TaskRecord, signal: AbortSignal): Promise<TaskResult> {
  const { id } = task.creation;
  const worker = host.makeWorker(task);
  const onAbort = (): void => {
    if (signal.reason === stopReasons.halted || host.isClosed) {
      worker.stop(new EngineError('ENGINE_CLOSED', `The task above "${id}" stopped while it was at work.`));
    } else {
      worker.interrupt({ message: { kind: 'control', command: 'cancel' } });
    }
  };
  host.workers.set(id, worker);
  try {
    const command = task.state.status === 'pending' ? 'start' : 'resume';
    worker.start({ message: { kind: 'control', command: signal.aborted ? 'cancel' : command } });
    signal.addEventListener('abort', onAbort, { once: true });
    return await worker.result;
  } finally {
    signal.removeEventListener('abort', onAbort);
    host.workers.delete(id);
    host.keeper.release(id);
    await host.children.end(id, isTaskOver(task.state.status));
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

function hasChildren({ runnable }: TaskRecord, nodeId: string): boolean {
  return childTypes.has(runnable.core.graph.byId.get(nodeId)?.type ?? '');
}

const childTypes: ReadonlySet<string> = new Set(['map', 'repeat', 'workflow'] satisfies NodeType[]);

/** Cancels what is open below a task that is over. */
export async function cancelChildren(host: HostState, task: TaskRecord): Promise<void> {
  if (task.runnable.core.graph.nodes.some(({ type }) => childTypes.has(type))) {
    await cancelOpen(host, task.creation.id, () => true);
  }
}

async function cancelOpen(host: HostState, above: string, isMeant: (id: string) => boolean): Promise<void> {
  for (const { id } of host.keeper.list({ below: above, status: openStatuses })) {
    if (!isMeant(id)) continue;
    const live = host.workers.get(id);
    const task = live?.task ?? host.keeper.find(id);
    const worker = live ?? host.makeWorker(task);
    const cancel = { message: { kind: 'control', command: 'cancel' } } as const;
    if (live === undefined) worker.start(cancel);
    else worker.interrupt(cancel);
    await worker.result;
    host.keeper.release(id);
  }
}
