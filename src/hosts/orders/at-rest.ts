import { EngineError } from '../../errors/index.ts';
import { deliverMessage } from '../../machines/index.ts';
import { applyStep, type Delivery } from '../apply-step.ts';
import type { HostState } from '../host-state.ts';
import { stepFacts } from '../task-events.ts';
import type { ToldPlace } from '../task-fact.ts';
import type { TaskRecord } from '../task-record.ts';

export interface AtRest {
  readonly deliveryTo: (task: TaskRecord) => Delivery;
  /** Called when the step is written and told of. */
  readonly onWritten?: (task: TaskRecord, place: ToldPlace) => void;
}

/** Has a task at rest take a message and rest on: what follows from it begins when the task is run. */
export function deliverAtRest(host: HostState, taskId: string, { deliveryTo, onWritten }: AtRest): void {
  const { clock, keeper, listener, turns } = host;
  keeper.claim(taskId);
  try {
    const task = keeper.find(taskId);
    const delivery = { ...deliveryTo(task), afterRest: true } as const;
    const at = clock.now();
    const before = task.state;
    const delivered = deliverMessage(task.runnable.core, before, { message: delivery.message, at });
    if (delivered === 'stale') throw new EngineError('ENGINE_BUG', `Task "${taskId}" does not take the message.`);
    const step = { delivery, delivered, at };
    const changes = applyStep(task, step);
    const place = { seq: task.state.seq, at };
    const facts = listener.isListening() ? stepFacts(task, { ...step, before }, changes) : [];
    keeper.noteStep(task, delivery, at);
    let fault: { readonly error: unknown } | undefined;
    turns.note({
      taskId,
      carryOut() {
        task.carriedOut = place.seq;
        for (const fact of facts) listener.tell(task, fact, place);
        onWritten?.(task, place);
      },
      giveUp: (error) => (fault = { error }),
    });
    turns.settle();
    if (fault !== undefined) throw fault.error;
  } finally {
    keeper.release(taskId);
  }
}
