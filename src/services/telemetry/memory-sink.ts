import type { EngineEvent } from './events.ts';
import type { EventSink } from './sink.ts';

export interface MemorySink extends EventSink {
  write(event: EngineEvent): void;
  /** The newest events, oldest first. */
  events(): readonly EngineEvent[];
  /** Events that newer ones have pushed out. */
  readonly dropped: number;
}

/** Keeps the newest events, at least one. */
export function createMemorySink(capacity: number): MemorySink {
  const size = Math.max(1, Math.floor(capacity));
  const ring: EngineEvent[] = [];
  let written = 0;
  return {
    name: 'memory',
    isBuffer: true,
    write: (event) => {
      ring[written % size] = event;
      written += 1;
    },
    events: () => {
      const oldest = written > size ? written % size : 0;
      return [...ring.slice(oldest), ...ring.slice(0, oldest)];
    },
    get dropped() {
      return Math.max(0, written - size);
    },
  };
}
