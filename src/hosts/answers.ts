import { EngineError } from '../errors/index.ts';
import { deliverMessage, type PendingStage } from '../machines/index.ts';
import { applyStep, type Delivery } from './apply-step.ts';
import { deliveryOf } from './stage-work.ts';
import type { HostState } from './host-state.ts';
import type { GivenAnswer } from './host.ts';
import { factsOf } from './task-events.ts';
import type { TaskRecord } from './task-record.ts';

/**
 * Makes an answer the result of the stage that asked. A task at rest takes it without being run: what follows from it
 * begins when the task is. Throws TASK_NOT_WAITING.
 */
export function deliverAnswer(host: HostState, taskId: string, answer: GivenAnswer): void {
  const live = host.workers.get(taskId);
  if (live !== undefined) {
    const delivery = answerTo(live.task, answer);
    tellAnswer(host, live.task, answer);
    live.post(delivery);
    return;
  }
  host.keeper.claim(taskId);
  try {
    const task = host.keeper.find(taskId);
    const delivery = answerTo(task, answer);
    tellAnswer(host, task, answer);
    takeAtRest(host, task, delivery);
  } finally {
    host.keeper.release(taskId);
  }
}

function tellAnswer({ listener }: HostState, task: TaskRecord, { stage, output }: GivenAnswer): void {
  if (!listener.isListening()) return;
  const action = typeof output === 'object' && output !== null && 'action' in output ? output.action : undefined;
  listener.tell(task, {
    type: 'feedback.received',
    node: stage,
    data: typeof action === 'string' ? { action } : {},
  });
}

function answerTo(task: TaskRecord, { stage, output }: GivenAnswer): Delivery {
  const pending = task.state.pending.get(stage);
  if (pending?.kind === 'stage' && isAsking(task, pending)) return deliveryOf(pending, { ok: true, output });
  throw new EngineError('TASK_NOT_WAITING', `Stage "${stage}" of task "${task.creation.id}" waits for no answer.`, {
    hint: `See it with: agent-engine show ${task.creation.id}`,
  });
}

function isAsking({ runnable }: TaskRecord, { node, waiting }: PendingStage): boolean {
  return waiting === true && runnable.core.graph.byId.get(node)?.type === 'feedback';
}

function takeAtRest({ clock, keeper, listener }: HostState, task: TaskRecord, delivery: Delivery): void {
  const at = clock.now();
  const delivered = deliverMessage(task.runnable.core, task.state, { message: delivery.message, at });
  if (delivered === 'stale') return; // answered meanwhile
  const step = { delivery, delivered, at };
  const changes = applyStep(task, step);
  keeper.commit(task, delivery, at);
  if (listener.isListening()) for (const fact of factsOf(task, step, changes)) listener.tell(task, fact);
}
