import { EngineError } from '../errors/index.ts';
import { isTaskOver, openStatuses, type ControlOrder } from '../machines/index.ts';
import { deliverAnswer } from './orders/answers.ts';
import { dropDeadlines, rouseAbove } from './children/child-rests.ts';
import { cancelChildren, createChildTasks } from './children/child-tasks.ts';
import type { HostState, TaskHostOptions } from './host-state.ts';
import { concludeTask } from './conclude.ts';
import { alreadyOver, assertOngoing, assertOpen, assertTopmost, control, setBreakpoints } from './orders/control.ts';
import { doOrSend, isAtWorkAnywhere, summaryWithHolder, takeOrders } from './orders/distant-orders.ts';
import type { Host, RunOptions } from './host.ts';
import { createPlaces } from './work/places.ts';
import { questionsOf } from './orders/questions.ts';
import { startRecord } from './journal/replay.ts';
import { nextStep, stepOrders } from './orders/stepping.ts';
import type { TaskRecord, TaskResult } from './task-record.ts';
import { createTaskWorker } from './work/task-worker.ts';
import { createTurns } from './work/turns.ts';

/** The host that the memory and the local one share: workers in this process over some way of keeping tasks. */
export function createTaskHost(options: TaskHostOptions): Host {
  const host = createHostState(options);
  takeOrders(host, async (taskId) => cancelTask(host, taskId));
  return {
    create(creation) {
      assertOpen(host);
      const task = startRecord(creation, host.resolve(creation.definition, creation.pipeline));
      host.keeper.add(task);
      return task;
    },
    run: (taskId, runOptions = {}) => runTask(host, taskId, runOptions),
    step: (taskId, stage) => stepTask(host, taskId, stage),
    setBreakpoints: (taskId, breakpoints) => setBreakpoints(host, taskId, breakpoints),
    control: (taskId, command) => control(host, taskId, { command }),
    isAtWork: (taskId) => host.workers.has(taskId),
    cancel: (taskId) => cancelTask(host, taskId),
    answer(taskId, given) {
      assertOpen(host);
      deliverAnswer(host, taskId, given);
      rouseAbove(host, taskId);
    },
    questions(taskId) {
      assertOpen(host);
      const below = host.keeper.list({ below: taskId, status: openStatuses }).map(({ id }) => id);
      host.keeper.isOver(taskId); // throws for a task that is not there
      return questionsOf(
        [taskId, ...below.toReversed()],
        (id) => host.workers.get(id)?.task ?? host.keeper.tryFind(id),
      );
    },
    view(taskId) {
      assertOpen(host);
      return recordOf(host, taskId);
    },
    tasks(filter = {}) {
      assertOpen(host);
      return host.keeper.list(filter).map((task) => summaryWithHolder(host, task));
    },
    doOrSend: (errand) => doOrSend(host, errand),
    isAtWorkAnywhere: (taskId) => isAtWorkAnywhere(host, taskId),
    close: () => close(host),
  };
}

/** What a host works with besides its keeper: turns, places, and workers. */
function createHostState(options: TaskHostOptions): HostState {
  const { clock, runStage, listener, keeper } = options;
  const places = options.places ?? createPlaces(new Map());
  const turns = createTurns(clock, () => keeper.write());
  const host: HostState = {
    ...options,
    turns,
    workers: new Map(),
    deadlines: new Map(),
    isClosed: false,
    makeWorker: (task) =>
      createTaskWorker(task, {
        clock,
        runStage,
        listener,
        children,
        turns,
        places,
        noteStep: keeper.noteStep,
        conclude: concludeTask,
      }),
  };
  const children = createChildTasks(host);
  return host;
}

function recordOf({ workers, keeper }: HostState, taskId: string): TaskRecord {
  return workers.get(taskId)?.task ?? keeper.find(taskId);
}

async function runTask(host: HostState, taskId: string, options: RunOptions): Promise<TaskResult> {
  assertOpen(host);
  const running = host.workers.get(taskId);
  if (running?.hasEnded() === true) {
    await Promise.allSettled([running.result]); // it came to rest in this very turn
    return runTask(host, taskId, options);
  }
  if (running !== undefined) {
    running.takeUp();
    return running.result;
  }
  const task = claimTask(host, taskId);
  if (isTaskOver(task.state.status)) return endAgain(host, task);
  return startWorker(host, task, beginning(task, options));
}

function beginning({ state }: TaskRecord, { isFreed = false }: RunOptions): readonly ControlOrder[] {
  if (state.status !== 'pending') return [{ command: 'resume' }];
  return isFreed && state.snapshot.context.gate.paused
    ? [{ command: 'start' }, { command: 'resume' }]
    : [{ command: 'start' }];
}

async function stepTask(host: HostState, taskId: string, stage: string | undefined): Promise<TaskResult> {
  assertOpen(host);
  assertTopmost(taskId, 'step');
  const running = host.workers.get(taskId);
  if (running?.hasEnded() === true) {
    await Promise.allSettled([running.result]);
    return stepTask(host, taskId, stage);
  }
  if (running !== undefined) {
    const named = nextStep(running.task, stage);
    // Without a name, since another step may be on its way already.
    running.post({ message: { kind: 'control', ...(stage === undefined ? { command: 'step' } : named) } });
    return running.result;
  }
  const task = claimTask(host, taskId);
  return startWorker(host, task, stepsOf(host, task, stage));
}

function stepsOf(host: HostState, task: TaskRecord, stage: string | undefined): readonly ControlOrder[] {
  try {
    assertOngoing(task);
    return stepOrders(task, stage);
  } catch (error) {
    host.keeper.release(task.creation.id);
    throw error;
  }
}

/** A process that died, or an answer to a task at rest, may have left child tasks open. */
async function endAgain(host: HostState, task: TaskRecord): Promise<TaskResult> {
  try {
    await cancelChildren(host, task);
  } finally {
    host.keeper.release(task.creation.id);
  }
  return concludeTask(task);
}

async function cancelTask(host: HostState, taskId: string): Promise<TaskResult> {
  assertOpen(host);
  const running = host.workers.get(taskId);
  if (running?.hasEnded() === true) {
    await Promise.allSettled([running.result]);
    return cancelTask(host, taskId);
  }
  if (running !== undefined) {
    running.post({ message: { kind: 'control', command: 'cancel' } });
    return running.result;
  }
  const task = claimTask(host, taskId);
  if (!isTaskOver(task.state.status)) return startWorker(host, task, [{ command: 'cancel' }]);
  host.keeper.release(taskId);
  throw alreadyOver(taskId);
}

/** A task for this process alone. It is read only then: before, another process may have gone on with it. */
function claimTask(host: HostState, taskId: string): TaskRecord {
  host.keeper.claim(taskId);
  try {
    return host.keeper.find(taskId);
  } catch (error) {
    host.keeper.release(taskId);
    throw error;
  }
}

/** Carries a task on, beginning with some orders: that it is at work again is an entry of its journal. */
async function startWorker(
  host: HostState,
  task: TaskRecord,
  [first = { command: 'resume' }, ...others]: readonly ControlOrder[],
): Promise<TaskResult> {
  const taskId = task.creation.id;
  const worker = host.makeWorker(task);
  host.workers.set(taskId, worker); // before anything is told, so that a listener can give a command
  for (const order of others) worker.post({ message: { kind: 'control', ...order } });
  worker.start({ message: { kind: 'control', ...first }, ...(first.command !== 'start' && { afterRest: true }) });
  try {
    return await worker.result;
  } finally {
    host.workers.delete(taskId);
    dropDeadlines(host, taskId);
    try {
      if (isTaskOver(task.state.status) && !host.isClosed) await cancelChildren(host, task);
    } finally {
      host.keeper.release(taskId);
    }
    if (task.creation.parent !== undefined) rouseAbove(host, taskId);
  }
}

async function close(host: HostState): Promise<void> {
  if (host.isClosed) return;
  host.isClosed = true;
  const results = [...host.workers.values()].map((worker) => {
    const { id } = worker.task.creation;
    worker.stop(new EngineError('ENGINE_CLOSED', `The engine was closed while task "${id}" was at work.`));
    return worker.result;
  });
  await Promise.allSettled(results);
  host.keeper.close();
}
