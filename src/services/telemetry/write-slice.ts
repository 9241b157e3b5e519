import type { EngineEvent } from './events.ts';
import type { BatchSink, EventSink, TelemetrySink } from './sink.ts';
import type { SinkTimers } from './sink-timers.ts';

/** What became of some events that a sink was given. */
export interface Slice {
  /** Events that it took. */
  readonly written: number;
  /** How long the sink kept the thread to itself for them. */
  readonly heldMs: number;
  /** Why it did not take the next one. */
  readonly failure?: { readonly error: unknown };
}

/** Longest time for which one sink keeps the thread before others have their turn, as far as it can be stopped. */
export const sliceMs = 5;

/** Gives events to a sink: all at once, or one by one until its time is up. Never rejects. */
export async function writeSlice(
  sink: TelemetrySink,
  events: readonly EngineEvent[],
  now: SinkTimers['now'],
): Promise<Slice> {
  return 'writeAll' in sink ? writeBatch(sink, events, now) : writeEach(sink, events, now);
}

async function writeBatch(sink: BatchSink, events: readonly EngineEvent[], now: SinkTimers['now']): Promise<Slice> {
  const started = now();
  let heldMs = 0;
  try {
    const done = sink.writeAll(events);
    heldMs = now() - started;
    await done;
    return { written: events.length, heldMs };
  } catch (error) {
    return { written: 0, heldMs: heldMs === 0 ? now() - started : heldMs, failure: { error } };
  }
}

async function writeEach(sink: EventSink, events: readonly EngineEvent[], now: SinkTimers['now']): Promise<Slice> {
  let written = 0;
  let heldMs = 0;
  let started = now();
  try {
    for (const event of events) {
      const done = sink.write(event);
      if (done instanceof Promise) {
        heldMs += now() - started;
        await done;
        started = now();
      }
      written += 1;
      if (heldMs + now() - started >= sliceMs) break;
    }
    return { written, heldMs: heldMs + now() - started };
  } catch (error) {
    return { written, heldMs: heldMs + now() - started, failure: { error } };
  }
}
