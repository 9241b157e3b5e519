import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createEventStream,
  createJsonlSink,
  createMemorySink,
  EngineEvent,
} from '../../../../src/services/telemetry/index.ts';

const eventAt = (seq: number, reason = 'asked for'): EngineEvent => {
  return { id: `t-1/${seq}`, type: 'task.paused', v: 1, time: 1_000 + seq, seq, taskId: 't-1', data: { reason } };
};

const eventsIn = (name: string): EngineEvent[] =>
  readFileSync(name, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => EngineEvent.parse(JSON.parse(line)));

describe('a memory sink', () => {
  it('keeps the newest events, oldest first, and counts the others', () => {
    const sink = createMemorySink(3);
    const counts = [0, 1, 2, 3, 4, 5, 6, 7].map((seq) => {
      const seen = sink.events().map((event) => event.seq);
      sink.write(eventAt(seq));
      return seen;
    });
    expect(counts).toEqual([[], [0], [0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6]]);
    expect(sink.dropped).toBe(5);
  });

  it('keeps at least one event', () => {
    const sink = createMemorySink(0);
    sink.write(eventAt(1));
    sink.write(eventAt(2));
    expect(sink.events()).toEqual([eventAt(2)]);
  });
});

describe('a JSONL sink', () => {
  let directory = '';
  let file = '';

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'jsonl-sink-'));
    file = path.join(directory, 'logs', 'events.jsonl');
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(directory, { recursive: true, force: true });
  });

  it('has one event a line in the file when it is closed', async () => {
    const sink = createJsonlSink({ path: file });
    const events = [eventAt(1), eventAt(2, 'two\nlines \u2028 "quoted"'), eventAt(3)];
    for (const event of events) sink.write(event);
    await sink.close?.();
    expect(eventsIn(file)).toEqual(events);
  });

  it('creates no file when there was no event', async () => {
    await createJsonlSink({ path: file }).close?.();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('appends to what is there, on a new line when the last one was torn', async () => {
    for (const seq of [1, 2]) {
      const sink = createJsonlSink({ path: file });
      sink.write(eventAt(seq));
      await sink.close?.();
    }
    expect(eventsIn(file)).toEqual([eventAt(1), eventAt(2)]);
    writeFileSync(file, '{"id":"to');
    const sink = createJsonlSink({ path: file });
    sink.write(eventAt(3));
    await sink.close?.();
    expect(readFileSync(file, 'utf8')).toBe(`{"id":"to\n${JSON.stringify(eventAt(3))}\n`);
  });

  it('writes after 200 ms what waits', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    mkdirSync(path.dirname(file));
    const watcher = watch(path.dirname(file));
    const sink = createJsonlSink({ path: file });
    sink.write(eventAt(1));
    sink.write(eventAt(2));
    vi.advanceTimersByTime(199);
    const waiting = [readdirSync(path.dirname(file)), vi.getTimerCount()];
    vi.advanceTimersByTime(1);
    while (!readdirSync(path.dirname(file)).includes('events.jsonl') || readFileSync(file).length === 0) {
      await once(watcher, 'change');
    }
    watcher.close();
    expect(waiting).toEqual([[], 1]);
    expect(eventsIn(file)).toEqual([eventAt(1), eventAt(2)]);
    await sink.close?.();
  });

  it('writes at once when much waits, and loses nothing of many events', async () => {
    const sink = createJsonlSink({ path: file });
    for (let seq = 1; seq <= 5_000; seq += 1) {
      sink.write(eventAt(seq));
      if (seq % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await sink.close?.();
    expect(eventsIn(file).map((event) => event.seq)).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1));
  });

  it('drops and counts what is too much for a slow disk, and says so at the end', async () => {
    const sink = createJsonlSink({ path: file, maxBufferedCharacters: 250 });
    for (const seq of [1, 2, 3, 4, 5]) sink.write(eventAt(seq));
    await expect(sink.close?.()).rejects.toThrow(`"${file}" was too slow: 3 events were dropped.`);
    expect(eventsIn(file)).toEqual([eventAt(1), eventAt(2)]);
  });

  it('is dropped and reported when its file cannot be written', async () => {
    writeFileSync(path.join(directory, 'logs'), '');
    const stream = createEventStream();
    const memory = createMemorySink(10);
    stream.addSink(createJsonlSink({ path: file }));
    stream.addSink(memory);
    stream.emit(eventAt(1));
    await stream.complete();
    const [first, report, ...rest] = memory.events();
    expect([first, rest]).toEqual([eventAt(1), []]);
    expect(report?.type === 'sink.failed' && report.data.sink).toBe(`jsonl ${file}`);
    expect(
      report?.type === 'sink.failed' && report.data.problem.startsWith(`"${file}" cannot be written: EEXIST`),
    ).toBe(true);
  });
});
