import type { Token } from './control.ts';
import type { WorkflowGraph } from './graph.ts';
import type { Stepper } from './stepper.ts';
import type { TimerPurpose } from './timers.ts';
import type { StageEnd } from './workflow-context.ts';

/* What goes into the reducer of a task and what comes out of it: data alone. */

/** A task is waiting when nothing of it is at work and some stage waits for an answer. */
export type TaskStatus =
  'pending' | 'running' | 'paused' | 'waiting' | 'completed' | 'partial' | 'failed' | 'cancelled';

/** Whether nothing can happen any more to a task in this status. */
export function isTaskOver(status: TaskStatus): boolean {
  return !openStatuses.includes(status);
}

/** Statuses of tasks to which something can still happen. */
export const openStatuses: readonly TaskStatus[] = ['pending', 'running', 'paused', 'waiting'];

/** The same for a status that was read from a store. */
export function isOpenStatus(status: string): boolean {
  return openStatuses.some((open) => open === status);
}

/** What a merge is told of each inbound edge, so that nothing is dropped silently. */
export interface Arrival {
  readonly from: string;
  readonly edge: string;
  readonly token: Token;
}

export interface PendingStage {
  readonly kind: 'stage';
  /** Names this attempt: a result with another token is late and is dropped. */
  readonly token: string;
  readonly node: string;
  /** Counted from 1. */
  readonly attempt: number;
  readonly arrivals: readonly Arrival[];
  /** Nothing of it is at work: it waits for an answer, or its child tasks do. */
  readonly waiting?: true;
  /** Open questions of a stage under way, by their ids: an answer has it go on and is not its result. */
  readonly asks?: readonly string[];
  /** A question was answered since it began: it goes on once more before it waits. */
  readonly answered?: true;
}

export interface PendingTimer {
  readonly kind: 'timer';
  readonly token: string;
  readonly node: string;
  /** `consent`: until when the question of a stage under way may be answered. */
  readonly purpose: TimerPurpose | 'consent';
  /** Of a `consent`: how long there is to answer. */
  readonly delay_ms?: number;
  /** Milliseconds since the epoch: a deadline survives a restart, a delay does not. */
  readonly due_at: number;
}

export type Pending = PendingStage | PendingTimer;

export type TaskMessage =
  | { readonly kind: 'result'; readonly node: string; readonly token: string; readonly end: StageEnd }
  | { readonly kind: 'timer'; readonly id: string; readonly token: string }
  /** A stage has nothing at work but waits: its child tasks for answers, or it for one. A `resume` starts the former again. */
  | { readonly kind: 'waits'; readonly node: string; readonly token: string }
  /** A stage under way asks a question. Without an answer in time it is as if it was answered with no. */
  | {
      readonly kind: 'asks';
      readonly node: string;
      readonly token: string;
      readonly question: string;
      readonly timeoutMs?: number;
    }
  /** Such a question is answered: the stage begins again, and finds the answer. */
  | { readonly kind: 'answer'; readonly node: string; readonly token: string; readonly question: string }
  | ({ readonly kind: 'control' } & ControlOrder);

/** What whoever runs a task tells it. `start` is given once, at the first run. */
export type ControlOrder =
  /** `expire`: the time of the whole task is up, which ends it as a failure. */
  | { readonly command: 'start' | 'pause' | 'resume' | 'cancel' | 'expire' }
  /** Lets one stage that is held run: the one that is named, else the one that has waited longest. */
  | { readonly command: 'step'; readonly stage?: string }
  /** Sets breakpoints instead of those that were set. */
  | { readonly command: 'break'; readonly breakpoints: readonly string[] };

export type ControlCommand = ControlOrder['command'];

export type TaskCommand =
  | { readonly do: 'run_stage'; readonly stage: PendingStage }
  | { readonly do: 'abort_stage'; readonly stage: PendingStage }
  | { readonly do: 'start_timer'; readonly id: string; readonly timer: PendingTimer }
  | { readonly do: 'clear_timer'; readonly id: string }
  | { readonly do: 'finish'; readonly status: TaskStatus };

/** What the reducer needs of a compiled workflow. */
export interface TaskCore {
  readonly graph: WorkflowGraph;
  readonly stepper: Stepper;
}
