import { expect, it } from 'vitest';
import {
  createEventStream,
  createMemorySink,
  type EngineEvent,
  type TelemetrySink,
} from '../../../../src/services/telemetry/index.ts';
import { someIds } from '../../../support/event-ids.ts';
import { testTimers } from '../../../support/sink-timers.ts';

const eventAt = (seq: number): EngineEvent => {
  return { id: `t-1/${seq}`, type: 'task.started', v: 1, time: 1_000 + seq, seq, taskId: 't-1', ...someIds, data: {} };
};

interface TestSink {
  readonly sink: TelemetrySink & { write(event: EngineEvent): void | Promise<void> };
  readonly seqs: number[];
  /** How often it was called. */
  calls: number;
  fails: boolean;
}

/** A sink that can be made to throw. */
function testSink(name: string, traits: Partial<TelemetrySink> = {}): TestSink {
  const test: TestSink = {
    seqs: [],
    calls: 0,
    fails: false,
    sink: {
      name,
      ...traits,
      write(event) {
        test.calls += 1;
        if (test.fails) throw new Error('The disk is full.');
        if (event.type === 'task.started') test.seqs.push(event.seq);
      },
    },
  };
  return test;
}

const reportsIn = (events: readonly EngineEvent[]): object[] =>
  events.flatMap((event) => (event.type === 'sink.failed' ? [event.data] : []));

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

it('gives every event to every sink and listener, in order', async () => {
  const stream = createEventStream();
  const memory = createMemorySink(10);
  const other = testSink('other');
  const seen: EngineEvent[] = [];
  stream.addSink(memory);
  stream.addSink(other.sink);
  stream.events$.subscribe((event) => seen.push(event));
  stream.emit(eventAt(1));
  stream.emit(eventAt(2));
  expect([memory.events(), seen, other.seqs]).toEqual([[eventAt(1), eventAt(2)], [eventAt(1), eventAt(2)], []]);
  await stream.complete();
  expect(other.seqs).toEqual([1, 2]);
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

it('gives a sink that was taken away what was told before, and nothing more', async () => {
  const timers = testTimers();
  const stream = createEventStream({ timers });
  const { sink, seqs } = testSink('other');
  const remove = stream.addSink(sink);
  stream.emit(eventAt(1));
  remove();
  stream.emit(eventAt(2));
  await timers.settle();
  expect(seqs).toEqual([1]);
});

it('asks a sink that throws again after longer and longer pauses, reports it once, and loses nothing', async () => {
  const timers = testTimers();
  const stream = createEventStream({ timers });
  const log = testSink('log');
  const memory = createMemorySink(20);
  stream.addSink(log.sink);
  stream.addSink(memory);
  log.fails = true;
  for (const seq of range(1, 3)) stream.emit(eventAt(seq));
  const calls: number[] = [];
  for (const ms of [0, 99, 1, 199, 1]) {
    await timers.pass(ms);
    calls.push(log.calls);
  }
  log.fails = false;
  stream.emit(eventAt(4));
  await timers.pass(400);
  expect([calls, log.seqs]).toEqual([[1, 1, 2, 2, 3], range(1, 4)]);
  expect(reportsIn(memory.events())).toEqual([{ sink: 'log', problem: 'The disk is full.' }]);
  expect(memory.events().map(({ id }) => id)).toEqual(['t-1/1', 't-1/2', 't-1/3', 't-1/3/sink.failed/1', 't-1/4']);
});

it('leaves out an event at which a sink always fails, and counts it', async () => {
  const timers = testTimers();
  const stream = createEventStream({ timers });
  const seqs: number[] = [];
  const memory = createMemorySink(20);
  stream.addSink({
    name: 'picky',
    writeAll(events) {
      if (events.some(({ seq }) => seq === 2)) throw new Error('I do not like it.');
      seqs.push(...events.map(({ seq }) => seq));
    },
  });
  stream.addSink(memory);
  for (const seq of range(1, 4)) stream.emit(eventAt(seq));
  await timers.pass(120_000);
  expect(seqs).toEqual([1, 3, 4]);
  expect(reportsIn(memory.events())).toEqual([
    { sink: 'picky', problem: 'I do not like it.' },
    { sink: 'picky', problem: 'It takes events again, and some are missing.', dropped: 1 },
  ]);
});

it('fills only the buffer of a sink that hangs, and says at once that events are dropped, and at the end how many', async () => {
  const timers = testTimers();
  const stream = createEventStream({ timers, closeLimitMs: 500 });
  const other = testSink('other');
  const memory = createMemorySink(50);
  const started = Promise.withResolvers<void>();
  stream.addSink({
    name: 'hanging',
    maxWaiting: { events: 3 },
    write: () => {
      started.resolve();
      return new Promise<void>(() => undefined);
    },
  });
  stream.addSink(other.sink);
  stream.addSink(memory);
  stream.emit(eventAt(1));
  await started.promise;
  for (const seq of range(2, 9)) stream.emit(eventAt(seq));
  await timers.settle();
  expect(other.seqs).toEqual(range(1, 9));
  const dropping = { sink: 'hanging', problem: 'It is too slow: no more events can wait for it.', dropped: 1 };
  expect(reportsIn(memory.events())).toEqual([dropping]);
  const completion = stream.complete();
  await timers.pass(500);
  await completion;
  expect(reportsIn(memory.events())).toEqual([
    dropping,
    { sink: 'hanging', problem: 'It did not take the last 3 events in time.', dropped: 8 },
  ]);
});

it('keeps no more bytes for a sink than may wait', async () => {
  const timers = testTimers();
  const stream = createEventStream({ timers, closeLimitMs: 500 });
  const { sink, seqs } = testSink('log', { maxWaiting: { bytes: 1_100 } });
  stream.addSink(sink);
  for (const seq of range(1, 5)) stream.emit(eventAt(seq));
  await timers.settle();
  expect(seqs).toEqual([1, 2]);
});

it('gives a sink that keeps the thread to itself a long rest, and the others their events', async () => {
  const timers = testTimers();
  let spentMs = 0;
  const stream = createEventStream({ timers: { ...timers, now: () => timers.now() + spentMs } });
  const other = testSink('other');
  const slow: number[] = [];
  stream.addSink({
    name: 'slow',
    write: ({ seq }) => {
      slow.push(seq);
      spentMs += 4;
    },
  });
  stream.addSink(other.sink);
  for (const seq of range(1, 100)) stream.emit(eventAt(seq));
  await timers.settle();
  expect([slow.length, other.seqs.length]).toEqual([2, 100]);
  await timers.pass(799);
  expect(slow.length).toBe(2);
  await timers.pass(401);
  expect(slow.length).toBe(4);
  await stream.complete();
  expect(slow).toEqual(range(1, 100));
});

it('waits for others to come along when a sink says so, but not for more than make a batch', async () => {
  const timers = testTimers();
  const stream = createEventStream({ timers });
  const batches: number[] = [];
  stream.addSink({ name: 'log', gatherMs: 100, writeAll: (events) => void batches.push(events.length) });
  stream.emit(eventAt(1));
  await timers.pass(99);
  stream.emit(eventAt(2));
  expect(batches).toEqual([]);
  await timers.pass(1);
  expect(batches).toEqual([2]);
  for (const seq of range(1, 1_024)) stream.emit(eventAt(seq));
  await timers.settle();
  expect(batches).toEqual([2, 1_024]);
});

it('gives a sink only the types that it takes', async () => {
  const stream = createEventStream();
  const { sink, calls } = testSink('log', { takes: ({ type }) => type === 'task.failed' });
  stream.addSink(sink);
  stream.emit(eventAt(1));
  await stream.complete();
  expect(calls).toBe(0);
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

it('reports a sink that does not close, by an error or at all', async () => {
  const timers = testTimers();
  const stream = createEventStream({ timers, closeLimitMs: 500 });
  const memory = createMemorySink(10);
  stream.addSink({ name: 'torn', write: () => {}, close: () => Promise.reject(new Error('It is torn.')) });
  stream.addSink({ name: 'stuck', write: () => {}, close: () => new Promise<void>(() => undefined) });
  stream.addSink(memory);
  stream.emit(eventAt(1));
  const completion = stream.complete();
  await timers.pass(500);
  await completion;
  expect(reportsIn(memory.events())).toEqual([
    { sink: 'torn', problem: 'It is torn.' },
    { sink: 'stuck', problem: 'It was not closed within 500 ms.' },
  ]);
});

it('gives up soon at the end on a sink that only throws, and tells how many events it has not', async () => {
  const timers = testTimers();
  const stream = createEventStream({ timers });
  const memory = createMemorySink(10);
  const log = testSink('log');
  log.fails = true;
  stream.addSink(log.sink);
  stream.addSink(memory);
  for (const seq of range(1, 5)) stream.emit(eventAt(seq));
  const completion = stream.complete();
  await timers.pass(200);
  await completion;
  expect([log.calls, reportsIn(memory.events())]).toEqual([
    3,
    [
      { sink: 'log', problem: 'The disk is full.' },
      { sink: 'log', problem: 'It did not take all events.', dropped: 5 },
    ],
  ]);
});

it('lets a sink emit an event of its own', () => {
  const stream = createEventStream();
  const memory = createMemorySink(10);
  stream.addSink({
    name: 'echo',
    isBuffer: true,
    write: (event) => {
      if (event.seq < 3) stream.emit(eventAt(event.seq + 1));
    },
  });
  stream.addSink(memory);
  stream.emit(eventAt(1));
  expect(memory.events().map((event) => event.seq)).toEqual([3, 2, 1]);
});

const chunk = (text: string): EngineEvent => ({
  ...eventAt(1),
  type: 'llm.chunk',
  data: { provider: 'p', model: 'm', call: 1, characters: text.length, text },
});

it('gives content only to those sinks and subscribers that ask for it', async () => {
  const stream = createEventStream();
  const [plain, full] = [createMemorySink(5), { ...createMemorySink(5), payloads: 'full' } as const];
  const seen: EngineEvent[] = [];
  stream.addSink(plain);
  stream.addSink(full);
  stream.events$.subscribe((event) => seen.push(event));
  stream.emit(chunk('hello'));
  const { text: _text, ...data } = { provider: 'p', model: 'm', call: 1, characters: 5, text: '' };
  const bare = { ...chunk(''), data };
  expect([plain.events(), full.events(), seen]).toEqual([[bare], [chunk('hello')], [bare]]);
  const telling = createEventStream({ payloads: 'full' });
  telling.events$.subscribe((event) => seen.push(event));
  telling.emit(chunk('hello'));
  expect(seen.at(-1)).toEqual(chunk('hello'));
});

it('redacts before anybody is told', () => {
  const stream = createEventStream({ payloads: 'full', redact: (text) => text.replaceAll('s3cret', '***') });
  const memory = { ...createMemorySink(5), payloads: 'full' } as const;
  const seen: EngineEvent[] = [];
  stream.addSink(memory);
  stream.events$.subscribe((event) => seen.push(event));
  stream.emit(chunk('my s3cret'));
  const called: EngineEvent = {
    ...eventAt(2),
    type: 'tool.called',
    data: { tool: 'send', arguments: { to: ['a', 's3cret'], count: 2 } },
  };
  stream.emit(called);
  const clean = [
    { ...chunk('my s3cret'), data: { provider: 'p', model: 'm', call: 1, characters: 9, text: 'my ***' } },
    { ...called, data: { tool: 'send', arguments: { to: ['a', '***'], count: 2 } } },
  ];
  expect([memory.events(), seen]).toEqual([clean, clean]);
});
