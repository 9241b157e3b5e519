import { expect, it } from 'vitest';
import {
  createEventStream,
  createMemorySink,
  type EngineEvent,
  type TelemetrySink,
} from '../../../../src/services/telemetry/index.ts';

const eventAt = (seq: number): EngineEvent => {
  return { id: `t-1/${seq}`, type: 'task.started', v: 1, time: 1_000 + seq, seq, taskId: 't-1', data: {} };
};

const failedAt = (seq: number, sink: string, problem: string): EngineEvent => ({
  ...eventAt(seq),
  id: `t-1/${seq}/sink.failed/${sink}`,
  type: 'sink.failed',
  data: { sink, problem },
});

/** A sink that throws at every event, and counts how often it was asked. */
function brokenSink(name: string): TelemetrySink & { calls: number; closes: number } {
  const sink = {
    name,
    calls: 0,
    closes: 0,
    write: () => {
      sink.calls += 1;
      throw new Error('The disk is full.');
    },
    close: () => {
      sink.closes += 1;
      throw new Error('The disk is still full.');
    },
  };
  return sink;
}

it('gives every event to every sink and listener, in order', () => {
  const stream = createEventStream();
  const sink = createMemorySink(10);
  const seen: EngineEvent[] = [];
  stream.addSink(sink);
  stream.events$.subscribe((event) => seen.push(event));
  stream.emit(eventAt(1));
  stream.emit(eventAt(2));
  expect(sink.events()).toEqual([eventAt(1), eventAt(2)]);
  expect(seen).toEqual([eventAt(1), eventAt(2)]);
});

it('knows whether anybody listens', async () => {
  const stream = createEventStream();
  const states = [stream.hasListeners];
  stream.emit(eventAt(1));
  const remove = stream.addSink(createMemorySink(1));
  states.push(stream.hasListeners);
  remove();
  remove();
  states.push(stream.hasListeners);
  const subscription = stream.events$.subscribe();
  states.push(stream.hasListeners);
  subscription.unsubscribe();
  states.push(stream.hasListeners);
  stream.addSink(createMemorySink(1));
  await stream.complete();
  states.push(stream.hasListeners);
  expect(states).toEqual([false, true, false, true, false, false]);
});

it('gives no more events to a sink that was taken away', () => {
  const stream = createEventStream();
  const sink = createMemorySink(10);
  const remove = stream.addSink(sink);
  stream.emit(eventAt(1));
  remove();
  stream.emit(eventAt(2));
  expect(sink.events()).toEqual([eventAt(1)]);
});

it('drops a sink that throws, and tells the others once, after the event', () => {
  const stream = createEventStream();
  const broken = brokenSink('log');
  const sink = createMemorySink(10);
  const seen: EngineEvent[] = [];
  stream.addSink(broken);
  stream.addSink(sink);
  stream.events$.subscribe((event) => seen.push(event));
  stream.emit(eventAt(1));
  stream.emit(eventAt(2));
  const expected = [eventAt(1), failedAt(1, 'log', 'The disk is full.'), eventAt(2)];
  expect(sink.events()).toEqual(expected);
  expect(seen).toEqual(expected);
  expect([broken.calls, broken.closes]).toEqual([1, 1]);
});

it('drops all sinks that throw, also at the report about another', () => {
  const stream = createEventStream();
  const sinks = ['a', 'b', 'c'].map((name) => brokenSink(name));
  for (const sink of sinks) stream.addSink(sink);
  const seen: EngineEvent[] = [];
  stream.events$.subscribe((event) => seen.push(event));
  stream.emit(eventAt(1));
  stream.emit(eventAt(2));
  expect(seen.filter((event) => event.seq === 2)).toEqual([eventAt(2)]);
  expect(new Set(seen.map((event) => event.id))).toEqual(
    new Set(['t-1/1', 't-1/1/sink.failed/a', 't-1/1/sink.failed/b', 't-1/1/sink.failed/c', 't-1/2']),
  );
  expect(seen.length).toBe(5);
});

it('closes its sinks and ends when it is complete, once', async () => {
  const stream = createEventStream();
  const memory = createMemorySink(10);
  const closed: string[] = [];
  const closing = { name: 'closing', write: () => {}, close: async () => void closed.push('closing') };
  stream.addSink(closing);
  stream.addSink(memory);
  stream.events$.subscribe({ complete: () => closed.push('stream') });
  stream.emit(eventAt(1));
  await Promise.all([stream.complete(), stream.complete()]);
  stream.emit(eventAt(2));
  expect(closed).toEqual(['closing', 'stream']);
  expect(memory.events()).toEqual([eventAt(1)]);
});

it('reports a sink that does not close', async () => {
  const stream = createEventStream();
  const memory = createMemorySink(10);
  const problem = '3 events were dropped.';
  stream.addSink({ name: 'slow', write: () => {}, close: () => Promise.reject(new Error(problem)) });
  stream.addSink(memory);
  stream.emit(eventAt(1));
  await stream.complete();
  expect(memory.events()).toEqual([eventAt(1), failedAt(1, 'slow', problem)]);
});

it('lets a sink emit an event of its own', () => {
  const stream = createEventStream();
  const memory = createMemorySink(10);
  stream.addSink({ name: 'echo', write: (event) => event.seq < 3 && stream.emit(eventAt(event.seq + 1)) });
  stream.addSink(memory);
  stream.emit(eventAt(1));
  expect(memory.events().map((event) => event.seq)).toEqual([3, 2, 1]);
});
