import type { EngineEvent } from './events.ts';
import type { BufferLimits } from './sink.ts';

/** Events that wait for a sink, within bounds. */
export interface SinkBuffer {
  readonly size: number;
  /** False where there is no room for it. */
  add(event: EngineEvent, bytes: number): boolean;
  /** The oldest ones; they stay until they are taken. */
  first(count: number): readonly EngineEvent[];
  /** Takes the oldest ones away. */
  take(count: number): void;
}

/** Taken events at the front are cut off when there are so many, or so large: to move all at each step would cost more. */
const cutAt = { events: 1_024, bytes: 4_194_304 };

export function createSinkBuffer({ events: maxEvents, bytes: maxBytes }: BufferLimits): SinkBuffer {
  let events: EngineEvent[] = [];
  let sizes: number[] = [];
  let head = 0;
  let held = 0;
  let taken = 0;
  return {
    get size() {
      return events.length - head;
    },
    add(event, bytes) {
      if (events.length - head >= maxEvents || held - taken + bytes > maxBytes) return false;
      events.push(event);
      sizes.push(bytes);
      held += bytes;
      return true;
    },
    first: (count) => events.slice(head, head + count),
    take(count) {
      const end = Math.min(events.length, head + count);
      for (; head < end; head += 1) taken += sizes[head] ?? 0;
      if (head < events.length && head < cutAt.events && taken < cutAt.bytes) return;
      events = events.slice(head);
      sizes = sizes.slice(head);
      held -= taken;
      head = 0;
      taken = 0;
    },
  };
}
