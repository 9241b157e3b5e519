import { EngineError } from '../../errors/index.ts';
import { isTaskOver, type ControlOrder } from '../../machines/index.ts';
import { deliverAtRest } from './at-rest.ts';
import type { HostState } from '../host-state.ts';
import { isBelow, rootOf } from '../task-lineage.ts';
import type { TaskRecord } from '../task-record.ts';
import type { TaskWorker } from '../work/worker-parts.ts';

/* Orders to tasks that are at work in this process, and to those at rest that take one without being run. */

export function control(host: HostState, taskId: string, order: ControlOrder): void {
  assertOpen(host);
  const running = host.workers.get(taskId);
  if (running?.hasEnded() === false) {
    if (order.command === 'pause') pauseTree(host, assertOnTop(host, running));
    else running.post({ message: { kind: 'control', ...order } });
    return;
  }
  if (host.keeper.isOver(taskId)) throw alreadyOver(taskId);
  throw new EngineError('TASK_NOT_AT_WORK', `Task "${taskId}" is not at work, so it cannot take "${order.command}".`, {
    hint: 'Run or resume it first.',
  });
}

/** A child that is paused by itself would be taken up at once by the stage above it. */
function assertOnTop({ workers }: HostState, worker: TaskWorker): TaskWorker {
  const { id, parent } = worker.task.creation;
  if (parent === undefined || !workers.has(parent.task)) return worker;
  throw new EngineError('TASK_NOT_AT_WORK', `Task "${id}" is not at work by itself, so it cannot take "pause".`, {
    hint: `Pause the task above it: "${rootOf(id)}".`,
  });
}

/** All at once: what a child task begins after that would be as much as what the task itself does. */
function pauseTree({ workers }: HostState, top: TaskWorker): void {
  top.pause();
  for (const [id, worker] of workers) if (isBelow(id, top.task.creation.id)) worker.pause();
}

export function alreadyOver(taskId: string): EngineError {
  return new EngineError('TASK_ALREADY_OVER', `Task "${taskId}" is over.`, {
    hint: `See it with: agent-engine show ${taskId}`,
  });
}

export function setBreakpoints(host: HostState, taskId: string, breakpoints: readonly string[]): void {
  assertOpen(host);
  assertTopmost(taskId, 'break');
  const delivery = { message: { kind: 'control', command: 'break', breakpoints } } as const;
  const running = host.workers.get(taskId);
  if (running?.hasEnded() === false) {
    running.post(delivery);
    return;
  }
  deliverAtRest(host, taskId, {
    deliveryTo(task) {
      assertOngoing(task);
      return delivery;
    },
  });
}

/** A stage that starts child tasks is stepped over as a whole, and a child that paused by itself would be taken up at once. */
export function assertTopmost(taskId: string, command: string): void {
  if (rootOf(taskId) === taskId) return;
  throw new EngineError('TASK_NOT_AT_WORK', `Task "${taskId}" is a child task, so it cannot take "${command}".`, {
    hint: `Tell the task above it: "${rootOf(taskId)}".`,
  });
}

export function assertOngoing({ creation, state }: TaskRecord): void {
  if (isTaskOver(state.status)) throw alreadyOver(creation.id);
}

export function assertOpen(host: HostState): void {
  if (host.isClosed) throw new EngineError('ENGINE_CLOSED', 'The engine has been closed.', { hint: 'Make a new one.' });
}
