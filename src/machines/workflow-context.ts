import type { FailureCategory } from '../errors/index.ts';
import { backoffMs } from './backoff.ts';
import type { ControlState } from './control.ts';
import type { Gate } from './gate.ts';

/** All that a running task keeps in its machine: plain JSON, no values of stages. */
export interface WorkflowContext {
  readonly control: ControlState;
  readonly gate: Gate;
  /** Failed attempts of stages that are not over yet. */
  readonly attempts: Readonly<Record<string, number>>;
  /** Wait before the next attempt, in milliseconds, of stages that wait for it. */
  readonly waits: Readonly<Record<string, number>>;
  /** Spreads the retries of different tasks: the task id. */
  readonly seed: string;
}

export interface WorkflowInput {
  readonly seed: string;
  readonly maxParallel: number;
  readonly paused: boolean;
  readonly breakpoints?: readonly string[];
}

/** How an attempt of a stage ended, as far as the machine needs to know. */
export type StageEnd =
  | { readonly kind: 'done'; readonly choice?: string }
  | {
      readonly kind: 'failed';
      readonly category: FailureCategory;
      readonly retryable: boolean;
      readonly retryAfterMs?: number;
    };

export type WorkflowEvent =
  | { readonly type: 'stage.ended'; readonly node: string; readonly end: StageEnd }
  | { readonly type: 'task.pause' | 'task.resume' | 'task.cancel' }
  /** Lets one stage through: the one that is named, else the one that has waited longest. */
  | { readonly type: 'task.step'; readonly stage?: string }
  /** Sets breakpoints instead of those that were set. */
  | { readonly type: 'task.break'; readonly breakpoints: readonly string[] };

type Counts = Pick<WorkflowContext, 'attempts' | 'waits'>;

export interface FailedAttempt {
  readonly node: string;
  readonly backoffMs: number;
  readonly retryAfterMs: number;
}

/** The counts after an attempt failed that will be followed by another. */
export function countAttempt({ attempts, waits, seed }: WorkflowContext, attempt: FailedAttempt): Counts {
  const failures = countOf(attempts, attempt.node) + 1;
  const waitMs = backoffMs({ ...attempt, failures, seed });
  return { attempts: { ...attempts, [attempt.node]: failures }, waits: { ...waits, [attempt.node]: waitMs } };
}

/** The counts without those of stages that are over; nothing when there are none. */
export function withoutStages(
  { attempts, waits }: Counts,
  stages: readonly { readonly id: string }[],
): Partial<Counts> {
  if (!stages.some(({ id }) => Object.hasOwn(attempts, id))) return {};
  const over = new Set(stages.map(({ id }) => id));
  return { attempts: without(attempts, over), waits: without(waits, over) };
}

/** The waits without that of a stage whose next attempt starts. */
export function withoutWait({ waits }: Counts, stage: string): Pick<Counts, 'waits'> {
  return { waits: without(waits, new Set([stage])) };
}

function without(table: Readonly<Record<string, number>>, ids: ReadonlySet<string>): Record<string, number> {
  return Object.fromEntries(Object.entries(table).filter(([id]) => !ids.has(id)));
}

/** Own entries only: a node may be called "constructor". */
export function countOf(table: Readonly<Record<string, number>>, id: string): number {
  return Object.hasOwn(table, id) ? (table[id] ?? 0) : 0;
}
