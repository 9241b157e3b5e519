import { failureKinds, type Failure } from '../../errors/index.ts';
import type { PendingStage, StageEnd } from '../../machines/index.ts';
import type { Delivery } from '../apply-step.ts';
import { createRousing, type Rousing } from '../children/rousing.ts';
import { stageConsents } from '../orders/consents.ts';
import { stopReasons, type ChildTasks, type StageCall, type StageResult } from './stage-runner.ts';
import type { StageUsage, TaskRecord } from '../task-record.ts';

/** A call whose abort signal is made when it is first asked for: pure stages never do, and it costs more than they. */
export function newCall(
  parts: CallParts,
  stage: PendingStage,
): { readonly call: StageCall; readonly attempt: Attempt } {
  const { task, children, hold } = parts;
  let controller: AbortController | undefined;
  let rousing: Rousing | undefined;
  const heard = (): Rousing => (rousing ??= createRousing());
  const made = (): AbortController => (controller ??= new AbortController());
  const call = {
    task,
    stage,
    children,
    get consents() {
      return stageConsents(task, stage, (delivery) => {
        parts.inbox.push(delivery);
        parts.schedule();
      });
    },
    isHeldBack: () => hold.isOn,
    holdTime: () => parts.holdTime(stage),
    idempotencyKey: `${task.creation.id}/${stage.token}`,
    get rousing() {
      return heard();
    },
    get signal() {
      return made().signal;
    },
  };
  const abort: Attempt['abort'] = (reason) => made().abort(stopReasons[reason]);
  return { call, attempt: { abort, rouse: (childId) => heard().rouse(childId) } };
}

/** What can be told to an attempt that is at work. */
export interface Attempt {
  /** Stops it, and says why. */
  abort(reason: keyof typeof stopReasons): void;
  /** Has it look after a child task that can go on; false when it does not listen for that child. */
  rouse(childId: string): boolean;
  /** Asked once of an attempt that is stopped before its end. */
  spent?(): StageUsage | undefined;
}

/** Keeps attempts from beginning further child tasks: all of those that began since the task was last taken up. */
export interface Hold {
  isOn: boolean;
}

interface CallParts {
  readonly task: TaskRecord;
  readonly children: ChildTasks;
  readonly hold: Hold;
  readonly holdTime: (stage: PendingStage) => () => void;
  inbox: Delivery[];
  readonly schedule: () => void;
}

/** The delivery that tells the reducer how an attempt ended. */
export function deliveryOf(stage: PendingStage, result: StageResult): Delivery {
  return { message: { kind: 'result', node: stage.node, token: stage.token, end: endOf(result) }, result };
}

/** Plans or begins a stage with a runner that may have a bug. */
export function safely<Outcome>(stage: PendingStage, run: () => Outcome): Outcome | StageResult {
  try {
    return run();
  } catch (error) {
    return bugResult(stage, error);
  }
}

/** A stage runner that rejects has a bug: business failures are results. */
export function bugResult(stage: PendingStage, error: unknown): StageResult {
  const reason = error instanceof Error ? error.message : String(error);
  const failure: Failure = {
    code: 'internal.bug',
    message: `Stage "${stage.node}" broke a rule of the engine: ${reason}`,
  };
  return { ok: false, failure };
}

function endOf(result: StageResult): StageEnd {
  if (result.ok) return { kind: 'done', ...(result.choice !== undefined && { choice: result.choice }) };
  const { category, retryable } = failureKinds[result.failure.code];
  const after = result.failure.retry_after_ms;
  return { kind: 'failed', category, retryable, ...(after !== undefined && { retryAfterMs: after }) };
}
