import { expect, it, vi } from 'vitest';
import {
  createEventStream,
  createMemorySink,
  type EngineEvent,
  type TelemetrySink,
} from '../../../../src/services/telemetry/index.ts';
import { someIds } from '../../../support/event-ids.ts';

const eventAt = (seq: number): EngineEvent => {
  return { id: `t-1/${seq}`, type: 'task.started', v: 1, time: 1_000 + seq, seq, taskId: 't-1', ...someIds, data: {} };
};

it('a sink that throws when it is asked whether it takes an event lacks it, and nobody else does', async () => {
  const stream = createEventStream();
  const memory = createMemorySink(10);
  const heard: EngineEvent[] = [];
  stream.events$.subscribe((event) => heard.push(event));
  stream.addSink({
    name: 'choosy',
    takes: () => {
      throw new Error('it has no taste');
    },
    write: () => undefined,
  });
  stream.addSink(memory);
  stream.emit(eventAt(1));
  stream.emit(eventAt(2));
  await stream.complete();
  expect(memory.events().filter(({ type }) => type === 'task.started')).toEqual([eventAt(1), eventAt(2)]);
  const told = heard.flatMap((event) => (event.type === 'sink.failed' ? [event.data] : []));
  expect(told).toEqual([
    { sink: 'choosy', problem: 'It cannot say which events it takes: it has no taste' },
    { sink: 'choosy', problem: 'It did not take all events.', dropped: 2 },
  ]);
});

it('a sink that throws what cannot even be read fails as others do', async () => {
  const stream = createEventStream({ closeLimitMs: 1 });
  const unreadable = new Error('hidden');
  Object.defineProperty(unreadable, 'message', {
    get() {
      throw new Error('trap');
    },
  });
  stream.addSink({
    name: 'dark',
    write: () => {
      throw unreadable;
    },
  });
  const told: unknown[] = [];
  stream.events$.subscribe((event) => void (event.type === 'sink.failed' && told.push(event.data)));
  stream.emit(eventAt(1));
  await stream.complete();
  expect(told[0]).toEqual({ sink: 'dark', problem: 'Something was thrown that has no text.' });
});

it('a sink that hangs at the end is said to hang, and lacks what it was not given', async () => {
  const stream = createEventStream({ closeLimitMs: 1 });
  stream.addSink({ name: 'stuck', write: async () => new Promise<void>(() => undefined) });
  const told: unknown[] = [];
  stream.events$.subscribe((event) => void (event.type === 'sink.failed' && told.push(event.data)));
  stream.emit(eventAt(1));
  await stream.complete();
  expect(told).toEqual([{ sink: 'stuck', problem: 'It did not take the last event in time.', dropped: 1 }]);
});

it('a sink is asked for its name and payloads once, so that it cannot throw there later', async () => {
  let asked = 0;
  const once = <Value>(value: Value): Value => {
    asked += 1;
    if (asked > 2) throw new Error('asked again');
    return value;
  };
  const sink: TelemetrySink = {
    get name() {
      return once('shy');
    },
    get payloads() {
      return once('metadata' as const);
    },
    isBuffer: true,
    write: () => {
      throw new Error('full');
    },
  };
  const stream = createEventStream();
  stream.addSink(sink);
  const heard: string[] = [];
  stream.events$.subscribe(({ type }) => heard.push(type));
  stream.emit(eventAt(1));
  await stream.complete();
  expect([heard, asked]).toEqual([['task.started', 'sink.failed', 'sink.failed'], 2]);
});

it('a sink that keeps events, and answers with a promise all the same, fails as others do', async () => {
  const stream = createEventStream();
  stream.addSink({ name: 'late', isBuffer: true, write: async () => Promise.reject(new Error('no room')) });
  const heard: unknown[] = [];
  stream.events$.subscribe(({ type, data }) => heard.push(type === 'sink.failed' ? data : type));
  stream.emit(eventAt(1));
  await new Promise((resolve) => setImmediate(resolve));
  await stream.complete();
  expect(heard).toEqual(['task.started', { sink: 'late', problem: 'no room' }]);
});

const decision = {
  at: 'task',
  kind: 'pipeline',
  candidates: [{ id: 'short' }, { id: 'long', refusal: 'It is too long.' }],
  chosen: 'short',
  rule: 'pipeline.first',
  reason: 'It is the first.',
  overrides: [],
} as const;

it.each(['metadata', 'full'] as const)(
  'nobody who is given an event can change it for others, nor what the engine told (%s)',
  async (payloads) => {
    const own = structuredClone(decision);
    const output = { list: [{ done: true }] };
    const stream = createEventStream({ payloads });
    const problems: unknown[] = [];
    const memory = createMemorySink(10);
    stream.events$.subscribe((event) => {
      for (const part of [event, event.data, ...Object.values<unknown>(event.data)])
        if (typeof part === 'object' && part !== null) problems.push(Reflect.set(part, 'at', 'forged'));
    });
    stream.addSink({
      name: 'forger',
      isBuffer: true,
      payloads: 'full',
      write({ type, data }) {
        if (type === 'routing.decided') problems.push(Reflect.set(data.candidates[1] ?? {}, 'refusal', 'forged'));
        if (type === 'tool.finished' && typeof data.output === 'object')
          problems.push(Reflect.deleteProperty(data.output ?? {}, 'list'));
      },
    });
    stream.addSink(memory);
    stream.emit({ ...eventAt(1), type: 'routing.decided', data: { ...decision, candidates: own.candidates } });
    stream.emit({ ...eventAt(2), type: 'tool.finished', data: { tool: 'look', durationMs: 1, output } });
    await stream.complete();
    expect(new Set(problems)).toEqual(new Set([false]));
    expect(memory.events().map(({ data }) => data)).toEqual([decision, { tool: 'look', durationMs: 1 }]);
    // A tool may go on with what it gave.
    output.list.push({ done: false });
    expect([own, output.list.length]).toEqual([decision, 2]);
  },
);

it('what plugins failed at before the first task is told to each who subscribes until then', async () => {
  const stream = createEventStream();
  const data = { plugin: 'guard', point: 'setup', problem: 'no door', critical: false };
  stream.emit({ ...eventAt(1), taskId: '', type: 'plugin.failed', data });
  const heard: string[][] = [[], [], []];
  const hear = (at: number): unknown => stream.events$.subscribe(({ type }) => heard[at]?.push(type));
  hear(0);
  hear(1);
  stream.emit(eventAt(2));
  hear(2);
  stream.emit(eventAt(3));
  await stream.complete();
  const both = ['plugin.failed', 'task.started', 'task.started'];
  expect(heard).toEqual([both, both, ['task.started']]);
});

it.each([
  ['reasons', (text: string) => ({ type: 'routing.decided', data: { ...decision, reason: text } }) as const],
  ['lists', (text: string) => ({ type: 'task.pruned', data: { tasks: [text], below: 0, by: 'request' } }) as const],
  [
    'failures',
    (message: string) => {
      const failure = { code: 'internal.bug', message } as const;
      return { type: 'json.failed', data: { failure } } as const;
    },
  ],
])('the bytes that wait for a sink are bounded also where an event has long %s', async (_, longOne) => {
  const stream = createEventStream({ closeLimitMs: 1 });
  let taken = 0;
  const maxWaiting = { bytes: 100_000 };
  stream.addSink({ name: 'hanging', maxWaiting, write: async () => new Promise<void>(() => (taken += 1)) });
  const heard: number[] = [];
  stream.events$.subscribe((event) => {
    if (event.type === 'sink.failed') heard.push(event.data.dropped ?? 0);
  });
  // Texts of two bytes a letter: four of them fit.
  for (let seq = 1; seq <= 10; seq += 1) stream.emit({ ...eventAt(seq), ...longOne('x'.repeat(11_000)) });
  await vi.waitFor(() => expect(taken).toBe(1), 10_000);
  await stream.complete();
  expect([taken, heard.reduce((sum, count) => sum + count, 0)]).toEqual([1, 10]);
  expect(heard[0]).toBe(1);
});
