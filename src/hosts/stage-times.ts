import type { Pending } from '../machines/index.ts';
import type { StageRecord, TaskRecord } from './task-record.ts';

/** How long a stage took, in milliseconds: with its waits, and without time in which nobody was at work on its task. */
export function stageDurationMs({
  started_at: begun,
  ended_at: ended,
  idle_ms: idle = 0,
}: Pick<StageRecord, 'started_at' | 'ended_at' | 'idle_ms'>): number {
  return ended === undefined ? 0 : Math.max(0, ended - begun - idle);
}

/** The stages that a task starts with have waited with it until it was run. */
export function noteBeginning({ state, trace }: TaskRecord, at: number): void {
  for (const { node } of state.pending.values()) {
    const record = trace.get(node);
    if (record !== undefined) record.started_at = at;
  }
}

/**
 * Nobody was at work on the task since its last step: it rested, or its process died some time after that step. What was in flight
 * begins anew. A stage that waits for an answer does so all the while.
 */
export function noteIdleTime(
  { steppedAt, trace }: TaskRecord,
  pending: ReadonlyMap<string, Pending>,
  at: number,
): void {
  const idleMs = Math.max(0, at - steppedAt);
  for (const entry of pending.values()) {
    const isOpen = entry.kind === 'stage' ? entry.waiting !== true : entry.purpose === 'retry';
    const record = isOpen ? trace.get(entry.node) : undefined;
    if (record !== undefined && idleMs > 0) record.idle_ms = (record.idle_ms ?? 0) + idleMs;
  }
}
