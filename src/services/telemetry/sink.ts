import type { EngineEvent } from './events.ts';

/**
 * A listener that only takes. It is fed outside of the engine's calls, from a buffer of its own, in order, with events that are frozen. One that throws or
 * rejects is asked again after a pause; what it cannot take in time is dropped, counted and reported.
 */
export type TelemetrySink = EventSink | BatchSink;

export interface EventSink extends SinkTraits {
  /** May be asked again with the event at which it failed. */
  write(event: EngineEvent): void | Promise<void>;
}

export interface BatchSink extends SinkTraits {
  /** May be asked again with events of a batch at which it failed. */
  writeAll(events: readonly EngineEvent[]): void | Promise<void>;
}

export interface SinkTraits {
  /** For the report when it fails. */
  readonly name: string;
  /** `full`: events come with what models and tools were given and said. Default: metadata. */
  readonly payloads?: 'full' | 'metadata';
  /** Which events it wants. Default: all. */
  readonly takes?: (event: EngineEvent) => boolean;
  /** Its `write` does no more than keep the event in bounds: it is called at once, with no buffer between. */
  readonly isBuffer?: true;
  /** How long an event may wait for others to come along. Default: not at all. */
  readonly gatherMs?: number;
  /** What may wait for it. Default: 131,072 events of 64 MiB. */
  readonly maxWaiting?: Partial<BufferLimits>;
  /** Called once, when the stream is complete. */
  close?(): void | Promise<void>;
}

export interface BufferLimits {
  readonly events: number;
  /** By an estimate. */
  readonly bytes: number;
}
