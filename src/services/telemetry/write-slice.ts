import type { EngineEvent } from './events.ts';
import type { BatchSink, EventSink, TelemetrySink } from './sink.ts';
import { watchHeldTime } from './held-time.ts';
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
  timers: SinkTimers,
): Promise<Slice> {
  return 'writeAll' in sink ? writeBatch(sink, events, timers) : writeEach(sink, events, timers);
}

async function writeBatch(sink: BatchSink, events: readonly EngineEvent[], timers: SinkTimers): Promise<Slice> {
  const { now } = timers;
  const started = now();
  let heldMs = 0;
  try {
    const done = sink.writeAll(events);
    heldMs = now() - started;
    heldMs += await heldWhile(Promise.resolve(done), timers);
    return { written: events.length, heldMs };
  } catch (error) {
    return { written: 0, heldMs: heldMs === 0 ? now() - started : heldMs, failure: { error } };
  }
}

async function writeEach(sink: EventSink, events: readonly EngineEvent[], timers: SinkTimers): Promise<Slice> {
  const { now } = timers;
  let written = 0;
  let heldMs = 0;
  let started = now();
  try {
    for (const event of events) {
      const done = sink.write(event);
      if (done instanceof Promise) {
        heldMs += now() - started;
        heldMs += await heldWhile(done, timers);
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

/** Waits for a sink, and answers how long it kept the thread meanwhile. */
async function heldWhile(done: Promise<void>, timers: SinkTimers): Promise<number> {
  const stop = watchHeldTime(timers);
  try {
    await done;
  } catch (error) {
    stop();
    throw error;
  }
  return stop();
}
