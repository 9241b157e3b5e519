import { hash } from 'node:crypto';

/** Where an event stands in its trace, in the sizes of W3C Trace Context. The same work has the same ids in every process. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
  /** The span that this one is part of; absent where the trace begins. */
  readonly parentSpanId?: string;
}

/** The trace of a task and of all tasks below it: that of the task at the top. */
export function traceIdOf(rootTaskId: string): string {
  return hash('sha256', rootTaskId).slice(0, 32);
}

/** A span is named by its task, and within it by stage, attempt and call, as far as there are any. */
export function spanIdOf(taskId: string, ...place: readonly (string | number)[]): string {
  // No part of a place has a line end in it, but for the id of a call, which comes last.
  return hash('sha256', [taskId, ...place].join('\n')).slice(0, 16);
}

/** Of an event that belongs to no task: a trace of its own. */
export function loneIds(eventId: string): TraceIds {
  return { traceId: traceIdOf(eventId), spanId: spanIdOf(eventId) };
}
