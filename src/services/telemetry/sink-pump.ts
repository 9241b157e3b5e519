import type { EngineEvent } from './events.ts';
import type { BufferLimits, TelemetrySink } from './sink.ts';
import { createSinkBuffer, type SinkBuffer } from './sink-buffer.ts';
import { createSinkHealth, type SinkHealth, type SinkTrouble } from './sink-health.ts';
import { endsWithin, type SinkTimers } from './sink-timers.ts';
import { sliceMs, writeSlice, type Slice } from './write-slice.ts';

/** Feeds one sink. */
export interface SinkPump {
  readonly sink: TelemetrySink;
  /** Whether it is given what models and tools were given and said, as it said when it was added. */
  readonly isFull: boolean;
  readonly name: string;
  /** Has the sink given the event sooner or later; takes no time. */
  offer(event: EngineEvent, bytes: number): void;
  /** Gives the sink all that waits, as fast as it takes it; what is left at the limit is dropped and reported. */
  drain(limitMs: number): Promise<void>;
}

export interface PumpOptions {
  readonly timers: SinkTimers;
  readonly report: (trouble: SinkTrouble) => void;
}

const defaultLimits: BufferLimits = { events: 131_072, bytes: 67_108_864 };
/** A sink that gathers has its events when so many are there. */
const fullBatch = 1_024;
const largestBatch = 4_096;
const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** An event at which a sink fails so often is left out, so that those behind it have a chance. */
const mostTries = 8;
/** The same at the end, when nobody has time for more. */
const lastTries = 3;
/** A sink that keeps this thread longer for an event is slow: it then rests for a multiple of the time that it took. */
const slowEventMs = 0.2;
const restFactor = 100;

interface Pump {
  readonly sink: TelemetrySink;
  readonly timers: SinkTimers;
  readonly buffer: SinkBuffer;
  readonly health: SinkHealth;
  /** Events that fit into a slice, by how long others took. */
  batch: number;
  work: Promise<void> | undefined;
  /** Ends a wait before its time. */
  wake: (() => void) | undefined;
  isGathering: boolean;
  isDraining: boolean;
  /** It hung or failed at the end: it is given nothing more. */
  isGivenUp: boolean;
}

export function createSinkPump(sink: TelemetrySink, { timers, report }: PumpOptions): SinkPump {
  const { name } = sink;
  const pump: Pump = {
    sink,
    timers,
    buffer: createSinkBuffer({ ...defaultLimits, ...sink.maxWaiting }),
    health: createSinkHealth({ sink, name }, report, () => timers.now()),
    batch: fullBatch,
    work: undefined,
    wake: undefined,
    isGathering: false,
    isDraining: false,
    isGivenUp: false,
  };
  return {
    sink,
    name,
    isFull: sink.payloads === 'full',
    offer: (event, bytes) => offer(pump, event, bytes),
    drain: (limitMs) => drain(pump, limitMs),
  };
}

function offer(pump: Pump, event: EngineEvent, bytes: number): void {
  const { buffer, health } = pump;
  if (pump.isGivenUp || !isTaken(pump, event) || isKept(pump, event)) return;
  if (!buffer.add(event, bytes)) health.noteDropped(1);
  pump.work ??= feed(pump);
  if (pump.isGathering && buffer.size >= fullBatch) pump.wake?.();
}

/** A sink that cannot say whether it wants an event does without. */
function isTaken({ sink, health }: Pump, event: EngineEvent): boolean {
  try {
    return sink.takes?.(event) !== false;
  } catch (error) {
    health.noteUntaken(error);
    return false;
  }
}

/** What only keeps events has them at once, unless others wait before. */
function isKept({ sink, work, health }: Pump, event: EngineEvent): boolean {
  if (sink.isBuffer !== true || work !== undefined || !('write' in sink)) return false;
  try {
    const done = sink.write(event);
    if (done instanceof Promise) void done.catch((error: unknown) => health.noteFailure(error));
    return true;
  } catch (error) {
    health.noteFailure(error);
    return false;
  }
}

/** Goes on until nothing waits. Never rejects. */
async function feed(pump: Pump): Promise<void> {
  const { sink, buffer, health, timers } = pump;
  await gather(pump);
  while (buffer.size > 0 && !pump.isGivenUp) {
    const slice = await writeSlice(sink, buffer.first(health.tries > 0 ? 1 : pump.batch), timers);
    if (pump.isGivenUp) return; // while it hung
    buffer.take(slice.written);
    if (slice.written > 0) health.noteSuccess(buffer.size === 0);
    if (slice.failure !== undefined) noteFailure(pump, slice.failure.error);
    await pauseAfter(pump, slice);
  }
  pump.work = undefined;
}

function noteFailure({ buffer, health, isDraining }: Pump, error: unknown): void {
  health.noteFailure(error);
  if (health.tries < (isDraining ? lastTries : mostTries)) return;
  const skipped = isDraining ? buffer.size : 1;
  buffer.take(skipped);
  health.noteSkipped();
  if (skipped > 1) health.noteDropped(skipped - 1);
}

async function gather(pump: Pump): Promise<void> {
  const { gatherMs = 0 } = pump.sink;
  if (gatherMs === 0 || pump.isDraining) {
    await nextTurn(pump);
    return;
  }
  pump.isGathering = true;
  await rest(pump, gatherMs);
  pump.isGathering = false;
}

async function pauseAfter(pump: Pump, { written, heldMs, failure }: Slice): Promise<void> {
  const { health, buffer, isDraining } = pump;
  if (failure !== undefined) {
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.max(0, health.tries - 1));
    await rest(pump, isDraining ? firstPauseMs / 2 : pauseMs);
    return;
  }
  const eachMs = heldMs / Math.max(1, written);
  pump.batch = Math.max(1, Math.min(largestBatch, Math.floor(sliceMs / Math.max(eachMs, 0.001))));
  if (eachMs > slowEventMs && !isDraining) await rest(pump, Math.min(longestPauseMs, heldMs * restFactor));
  else if (buffer.size > 0) await nextTurn(pump);
}

function rest(pump: Pump, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      pump.wake = undefined;
      resolve();
    };
    const cancel = pump.timers.startTimer(delayMs, end);
    pump.wake = end;
  });
}

function nextTurn({ timers }: Pump): Promise<void> {
  return new Promise((resolve) => timers.defer(resolve));
}

async function drain(pump: Pump, limitMs: number): Promise<void> {
  const { buffer, health, timers } = pump;
  if (pump.isGivenUp) return;
  pump.isDraining = true;
  pump.wake?.();
  const isDone = pump.work === undefined || (await endsWithin(pump.work, limitMs, timers));
  if (isDone) {
    health.end('It did not take all events.', 0);
    return;
  }
  pump.isGivenUp = true;
  const left = buffer.size === 1 ? 'event' : `${buffer.size} events`;
  health.end(`It did not take the last ${left} in time.`, buffer.size);
}
