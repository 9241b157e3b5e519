import type { EngineEvent } from './events.ts';

/** A listener that only takes. One that throws is dropped and reported; it delays nobody, so slow work belongs behind a buffer. */
export interface TelemetrySink {
  /** For the report when it fails. */
  readonly name: string;
  write(event: EngineEvent): void;
  /** Called once, when the stream is complete or the sink was dropped. */
  close?(): void | Promise<void>;
}
