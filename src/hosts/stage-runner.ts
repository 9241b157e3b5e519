import type { Failure } from '../errors/index.ts';
import type { PendingStage } from '../machines/index.ts';
import type { StageUsage, TaskRecord } from './task-record.ts';

/** One attempt of one stage. */
export interface StageCall {
  readonly task: TaskRecord;
  readonly stage: PendingStage;
  /** The same whenever the attempt is started again after a crash: for providers and tools that take one. */
  readonly idempotencyKey: string;
  /** Fires when the attempt is abandoned: cancelled, timed out, or the host closes. */
  readonly signal: AbortSignal;
}

/** A business failure is a result, never an exception. */
export type StageResult =
  | { readonly ok: true; readonly output: unknown; readonly choice?: string; readonly usage?: StageUsage }
  | { readonly ok: false; readonly failure: Failure; readonly usage?: StageUsage };

/** Runs stages for a host. Pure stages answer at once, the others with a promise that never rejects. */
export type StageRunner = (call: StageCall) => StageResult | Promise<StageResult>;
