import type { Failure } from '../../errors/index.ts';
import type { PendingStage } from '../../machines/index.ts';
import type { Rousing } from '../children/rousing.ts';
import type { StageConsents } from '../consent.ts';
import type { ChildEnd, ChildFrame, StageUsage, TaskRecord } from '../task-record.ts';

/** One attempt of one stage. */
export interface StageCall {
  readonly task: TaskRecord;
  readonly stage: PendingStage;
  /** The same whenever the attempt is started again after a crash: for providers and tools that take one. */
  readonly idempotencyKey: string;
  /** Fires when the attempt is abandoned: cancelled, timed out, or the host closes. */
  readonly signal: AbortSignal;
  /** Whether the task was paused since the attempt began: then no further child task is to begin. */
  readonly isHeldBack: () => boolean;
  /** The time of the attempt does not run, or begins anew, until the answer is called: for what waits before its work. */
  readonly holdTime: () => () => void;
  readonly children: ChildTasks;
  readonly consents: StageConsents;
  readonly rousing: Pick<Rousing, 'listen' | 'stop'>;
}

/** A business failure is a result, never an exception. */
export type StageResult =
  | {
      readonly ok: true;
      readonly output: unknown;
      readonly choice?: string;
      readonly partial?: true;
      readonly usage?: StageUsage;
    }
  | { readonly ok: false; readonly failure: Failure; readonly usage?: StageUsage };

/** A stage that is not over and has nothing at work: it waits for an answer, or its child tasks are paused. */
export interface StageRest {
  readonly rests: 'waiting' | 'paused';
}

/** Work of a stage that reaches out of the process, or rests. */
export interface StageStart {
  /** What has to have a place free for it, by the names of the limits. */
  readonly needs: readonly string[];
  /**
   * Called once what led to the stage is durable and there is a place for it. The promise rejects only when a child task
   * cannot be carried on: its host stops the task above then, too.
   */
  begin(): StageRest | Promise<StageResult | StageRest>;
  /** Asked once of an attempt that is stopped before its end: what it has spent that no result tells. */
  spent?(): StageUsage | undefined;
}

/**
 * Runs stages for a host. Pure stages answer at once; the others say how to begin, and nothing of them may be seen
 * before.
 */
export type StageRunner = (call: StageCall) => StageResult | StageStart;

/** What a stage wants a child task to do. */
export interface ChildRequest {
  /** Tells the children of one stage apart; absent where there is only one. */
  readonly number?: number;
  /** Id of the body that it runs. */
  readonly body: string;
  readonly input: unknown;
  readonly frame: ChildFrame;
  /** Called when the child can go on after it was at rest. Absent: the whole stage is run again then. */
  readonly onRoused?: () => void;
}

/** Runs child tasks for stages. */
export interface ChildTasks {
  /** Runs a child until it is over or at rest. When the signal fires, it is cancelled, or stopped with its host. */
  run(call: StageCall, request: ChildRequest, signal: AbortSignal): Promise<ChildEnd>;
  /** Resolves after other work had its turn: for stages that start many children. */
  turn(): Promise<void>;
  /** What the children at work of a stage have spent so far. */
  spending(call: StageCall): readonly Pick<ChildEnd, 'usage'>[];
}

/** What the task above does to all of its children, or to those of one stage. */
export interface ChildControl extends ChildTasks {
  /** Tells the children at work that their task is paused. */
  pause(task: TaskRecord): void;
  /** Cancels the children at rest of a stage that is over: what they ask is of no use any more. */
  abandon(task: TaskRecord, node: string): void;
}

/** Why the attempt of a stage is stopped before its end. */
export const stopReasons = { abandoned: 'abandoned', halted: 'halted' } as const;
