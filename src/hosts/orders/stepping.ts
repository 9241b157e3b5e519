import { EngineError } from '../../errors/index.ts';
import type { ControlOrder, Pending } from '../../machines/index.ts';
import type { TaskRecord } from '../task-record.ts';

/* Step mode: a task is held, and each step lets one stage of it run, with its attempts and its child tasks. */

/** Stages that are held: they start when the task goes on, the first of them at the next step. */
export function heldStages({ state }: TaskRecord): readonly string[] {
  return state.snapshot.status === 'active' ? state.snapshot.context.gate.held : [];
}

/**
 * What has a task at rest take one step. Where a process died in a step, or a stage was about to be tried again, that is
 * the step: it comes to its end and nothing else starts. Throws TASK_STAGE_NOT_HELD.
 */
export function stepOrders(task: TaskRecord, stage: string | undefined): readonly ControlOrder[] {
  const { state } = task;
  const inFlight = [...state.pending.values()].filter(isInFlight).map(({ node }) => node);
  const held = heldStages(task);
  const chosen = stage ?? inFlight[0] ?? held[0];
  if (chosen === undefined || !(inFlight.includes(chosen) || held.includes(chosen))) throw notHeld(task, stage);
  return [
    ...(state.status === 'pending' ? [{ command: 'start' } as const] : []),
    ...(state.snapshot.context.gate.paused ? [] : [{ command: 'pause' } as const]),
    { command: 'step', stage: chosen },
  ];
}

/** What has a task that is paused and still at work take one more step. Throws TASK_NOT_PAUSED, TASK_STAGE_NOT_HELD. */
export function nextStep(
  task: TaskRecord,
  stage: string | undefined,
): { readonly command: 'step'; readonly stage: string } {
  const held = heldStages(task);
  if (task.state.status !== 'paused') {
    const { id } = task.creation;
    throw new EngineError('TASK_NOT_PAUSED', `Task "${id}" is not paused, so there is no step to take.`, {
      hint: 'Pause it first.',
    });
  }
  const chosen = stage ?? held[0];
  if (chosen === undefined || !held.includes(chosen)) throw notHeld(task, stage);
  return { command: 'step', stage: chosen };
}

function isInFlight(pending: Pending): boolean {
  return pending.kind === 'stage' ? pending.waiting !== true || pending.answered === true : pending.purpose === 'retry';
}

function notHeld(task: TaskRecord, stage: string | undefined): EngineError {
  const { id } = task.creation;
  const held = heldStages(task);
  const message =
    stage === undefined
      ? `No stage of task "${id}" is held, so there is no step to take.`
      : `Stage "${stage}" of task "${id}" is not held.`;
  return new EngineError('TASK_STAGE_NOT_HELD', message, {
    hint:
      held.length === 0
        ? `See what it waits for with: agent-engine show ${id}`
        : `Step to one of these: ${held.join(', ')}.`,
  });
}
