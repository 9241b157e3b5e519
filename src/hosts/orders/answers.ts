import { EngineError } from '../../errors/index.ts';
import { isTaskOver } from '../../machines/index.ts';
import type { Delivery } from '../apply-step.ts';
import { deliverAtRest } from './at-rest.ts';
import { deliveryOf } from '../work/stage-work.ts';
import { ConsentAnswer } from '../consent.ts';
import type { HostState } from '../host-state.ts';
import type { GivenAnswer } from '../host.ts';
import { concludeTask } from '../conclude.ts';
import { actionOf, isAsked } from './questions.ts';
import { statusFact } from '../task-events.ts';
import type { ToldPlace } from '../task-fact.ts';
import type { TaskRecord } from '../task-record.ts';

/**
 * Makes an answer the result of the stage that asked. A task at rest takes it without being run: what follows from it
 * begins when the task is. Throws TASK_NOT_WAITING.
 */
export function deliverAnswer(host: HostState, taskId: string, answer: GivenAnswer): void {
  const live = host.workers.get(taskId);
  if (live?.hasEnded() === false) {
    if (!live.answer(answerTo(live.task, answer))) throw notWaiting(taskId, answer);
    return;
  }
  deliverAtRest(host, taskId, {
    deliveryTo: (task) => answerTo(task, answer),
    onWritten(task, place) {
      if (isTaskOver(task.state.status)) endAtRest(host, task, place);
    },
  });
}

function answerTo(task: TaskRecord, answer: GivenAnswer): Delivery {
  const { stage, output, question } = answer;
  const pending = task.state.pending.get(stage);
  if (question !== undefined) {
    if (pending?.kind !== 'stage' || pending.asks?.includes(question) !== true)
      throw notWaiting(task.creation.id, answer);
    const message = { kind: 'answer', node: stage, token: pending.token, question } as const;
    return { message, consent: ConsentAnswer.parse(output) };
  }
  if (pending?.kind === 'stage' && isAsked(task, pending))
    return { ...deliveryOf(pending, { ok: true, output }), answer: actionOf(output) };
  throw notWaiting(task.creation.id, answer);
}

export function notWaiting(taskId: string, { stage }: Pick<GivenAnswer, 'stage'>): EngineError {
  return new EngineError('TASK_NOT_WAITING', `Stage "${stage}" of task "${taskId}" waits for no answer.`, {
    hint: `See it with: agent-engine show ${taskId}`,
  });
}

/** The answer was the last thing the task needed. A child is let go by the stage above, once that has seen it. */
function endAtRest({ listener }: HostState, task: TaskRecord, place: ToldPlace): void {
  task.result = concludeTask(task);
  if (listener.isListening()) listener.tell(task, statusFact(task, task.result.status, place.at), place);
}
