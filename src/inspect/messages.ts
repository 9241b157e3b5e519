import type { StatelyInspectionEvent } from '@statelyai/inspect';

/** A message as it goes out. */
export interface Message {
  readonly type: string;
  readonly sessionId: string;
  readonly [field: string]: unknown;
}

export interface MessageOptions {
  /** Tells the actors of this process from those of others: XState counts from 0 in each. */
  readonly prefix: string;
  /** The context of an actor in words; undefined for one that has none to show. */
  readonly describe: (sessionId: string, context: unknown) => object | undefined;
}

const mostBytes = 64 * 1_024;

/** An event of the inspector with ids that are this process's own, a context that can be read, and nothing too large. */
export function toMessage(event: StatelyInspectionEvent, { prefix, describe }: MessageOptions): Message {
  const { rootId } = event;
  const named = (id: string): string => `${prefix}:${id}`;
  const ids = { sessionId: named(event.sessionId), ...(rootId !== undefined && { rootId: named(rootId) }) };
  if (event.type === '@xstate.event') {
    const source = event.sourceId === undefined ? {} : { sourceId: named(event.sourceId) };
    return { ...event, ...ids, ...source, event: cappedEvent(event.event) };
  }
  const shown = plain(event.snapshot);
  const context = describe(event.sessionId, 'context' in shown ? shown.context : undefined);
  const snapshot = { ...shown, ...(context !== undefined && { context: cappedContext(context) }) };
  if (event.type === '@xstate.snapshot') return { ...event, ...ids, snapshot, event: cappedEvent(event.event) };
  const parent = event.parentId === undefined ? {} : { parentId: named(event.parentId) };
  return { ...event, ...ids, ...parent, snapshot };
}

/** Snapshots know what of them is JSON. */
function plain(snapshot: unknown): object {
  const copy: unknown = JSON.parse(JSON.stringify(snapshot) ?? 'null');
  return typeof copy === 'object' && copy !== null ? copy : {};
}

/** A context that is too large has counts in place of its stages. */
function cappedContext(context: object): object {
  const size = sizeOf(context);
  if (size <= mostBytes) return context;
  const { task, stages } = { task: undefined, stages: {}, ...context };
  const counts: Record<string, number> = {};
  for (const status of Object.values(stages)) counts[String(status)] = (counts[String(status)] ?? 0) + 1;
  return { task, stages: counts, leftOutBytes: size };
}

function cappedEvent(event: { readonly type: string }): object {
  const size = sizeOf(event);
  if (size <= mostBytes) return event;
  return { type: event.type, ...('stage' in event && { stage: event.stage }), leftOutBytes: size };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
