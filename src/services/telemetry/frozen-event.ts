import type { EngineEvent } from './events.ts';

/**
 * The event as nobody who is given it can change it, for others or for the engine. What an event holds may be the engine's own, or
 * that of a tool, so it is copied rather than frozen in its place; most hold nothing but texts and numbers.
 */
export function frozenEvent(event: EngineEvent): EngineEvent {
  for (const name in event.data) {
    const value: unknown = Reflect.get(event.data, name);
    if (typeof value !== 'object' || value === null) continue;
    const copy = { ...event };
    Reflect.set(copy, 'data', frozenCopy(event.data));
    return Object.freeze(copy);
  }
  Object.freeze(event.data);
  return Object.freeze(event);
}

/** Of JSON. */
function frozenCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item) => frozenCopy(item)));
  const copy: Record<string, unknown> = { ...value };
  for (const name in copy) {
    const part = copy[name];
    if (typeof part === 'object' && part !== null) copy[name] = frozenCopy(part);
  }
  return Object.freeze(copy);
}
