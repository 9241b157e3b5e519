import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createEventStream,
  createJsonlSink,
  createMemorySink,
  EngineEvent,
} from '../../../../src/services/telemetry/index.ts';
import { appendLines } from '../../../../src/services/telemetry/log-file.ts';
import { someIds } from '../../../support/event-ids.ts';
import { temporaryDirectory } from '../../../support/project-fixture.ts';

const eventAt = (seq: number, reason = 'asked for'): EngineEvent => {
  return {
    id: `t-1/${seq}`,
    type: 'task.paused',
    v: 1,
    time: 1_000 + seq,
    seq,
    taskId: 't-1',
    ...someIds,
    data: { reason },
  };
};

const eventsIn = (name: string): EngineEvent[] =>
  readFileSync(name, 'utf8')
    .split('\n')
    .filter((line) => line !== '') // who opens a file while another one writes to it may take the line for torn
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

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const seqsIn = (name: string): number[] => eventsIn(name).map(({ seq }) => seq);
const lineBytes = Buffer.byteLength(`${JSON.stringify(eventAt(1))}\n`);

function logFile(): { readonly directory: string; readonly file: string } {
  const directory = path.join(temporaryDirectory(), 'logs');
  return { directory, file: path.join(directory, 'events.jsonl') };
}

describe('a JSONL sink', () => {
  it('writes one event a line', async () => {
    const { file } = logFile();
    const sink = createJsonlSink({ path: file });
    const events = [eventAt(1), eventAt(2, 'two\nlines \u2028 "quoted"'), eventAt(3)];
    await sink.writeAll(events);
    await sink.writeAll([eventAt(4)]);
    await sink.close?.();
    expect(eventsIn(file)).toEqual([...events, eventAt(4)]);
  });

  it('creates no file when there was no event', async () => {
    const { directory, file } = logFile();
    await createJsonlSink({ path: file }).close?.();
    expect(readdirSync(path.dirname(directory))).toEqual([]);
  });

  it('appends to what is there, on a new line when the last one was torn', async () => {
    const { file } = logFile();
    for (const seq of [1, 2]) {
      const sink = createJsonlSink({ path: file });
      await sink.writeAll([eventAt(seq)]);
      await sink.close?.();
    }
    expect(eventsIn(file)).toEqual([eventAt(1), eventAt(2)]);
    writeFileSync(file, '{"id":"to');
    const sink = createJsonlSink({ path: file });
    await sink.writeAll([eventAt(3)]);
    await sink.close?.();
    expect(readFileSync(file, 'utf8')).toBe(`{"id":"to\n${JSON.stringify(eventAt(3))}\n`);
  });

  it('loses nothing of many events of a stream', async () => {
    const { file } = logFile();
    const stream = createEventStream();
    stream.addSink(createJsonlSink({ path: file }));
    for (const seq of range(1, 5_000)) {
      stream.emit(eventAt(seq));
      if (seq % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await stream.complete();
    expect(seqsIn(file)).toEqual(range(1, 5_000));
  });

  it('puts the file aside when it is full, and keeps as many as it is told to', async () => {
    const { directory, file } = logFile();
    const sink = createJsonlSink({ path: file, maxBytes: 3 * lineBytes, keep: 2 });
    await sink.writeAll(range(1, 2).map((seq) => eventAt(seq)));
    await sink.writeAll(range(3, 8).map((seq) => eventAt(seq)));
    await sink.writeAll([eventAt(9)]);
    expect([seqsIn(`${file}.1`), seqsIn(file)]).toEqual([[4, 5, 6], range(7, 9)]);
    await sink.writeAll([eventAt(2)]);
    await sink.close?.();
    const names = readdirSync(directory).filter((name) => !name.startsWith('.'));
    expect(names).toEqual(['events.jsonl', 'events.jsonl.1', 'events.jsonl.2']);
    expect([seqsIn(`${file}.2`), seqsIn(`${file}.1`), seqsIn(file)]).toEqual([[4, 5, 6], [7, 8, 9], [2]]);
  });

  it('puts the file aside when it is old, also one that was begun by another process', async () => {
    const { file } = logFile();
    for (const seqs of [[1, 50], [100, 101, 150], [201]]) {
      const sink = createJsonlSink({ path: file, maxAgeMs: 100 });
      await sink.writeAll(seqs.map((seq) => eventAt(seq)));
      await sink.close?.();
    }
    expect([seqsIn(`${file}.2`), seqsIn(`${file}.1`), seqsIn(file)]).toEqual([[1, 50, 100], [101, 150], [201]]);
  });

  it('goes on in the new file when another one put it aside', async () => {
    const { directory, file } = logFile();
    const sinks = [1, 2].map(() => createJsonlSink({ path: file, maxBytes: 10 * lineBytes, keep: 50 }));
    for (const seq of range(1, 60)) await sinks[seq % 2]?.writeAll([eventAt(seq)]);
    await Promise.all(sinks.map(async (sink) => sink.close?.()));
    const names = readdirSync(directory).filter((name) => name.startsWith('events'));
    const all = names.flatMap((name) => seqsIn(path.join(directory, name)));
    expect(all.toSorted((one, other) => one - other)).toEqual(range(1, 60));
  });

  it('appends lines whole while others append to the same file, also very long ones', async () => {
    const { file } = logFile();
    const sinks = ['a', 'b', 'c'].map((name) => ({ name, sink: createJsonlSink({ path: file }) }));
    await Promise.all(
      sinks.map(async ({ name, sink }) => {
        const reason = name.repeat(300);
        await sink.writeAll([eventAt(0), ...range(1, 4_000).map((seq) => eventAt(seq, reason))]);
        await sink.writeAll([eventAt(4_001, name.repeat(1_500_000))]);
        await sink.close?.();
      }),
    );
    expect(eventsIn(file)).toHaveLength(3 * 4_002);
  });

  it('exceeds its limit by no more than what others appended meanwhile', async () => {
    const { directory, file } = logFile();
    const sinks = [1, 2].map(() => createJsonlSink({ path: file, maxBytes: 600_000, keep: 50 }));
    await Promise.all(
      sinks.map(async (sink) => {
        await sink.writeAll(range(1, 4_000).map((seq) => eventAt(seq, 'x'.repeat(300))));
        await sink.close?.();
      }),
    );
    const names = readdirSync(directory).filter((name) => name.startsWith('events'));
    const sizes = names.map((name) => statSync(path.join(directory, name)).size);
    expect(sizes.filter((size) => size > 600_000 + 262_144)).toEqual([]);
    expect(names.flatMap((name) => seqsIn(path.join(directory, name)))).toHaveLength(8_000);
  });

  it('takes what was written in part for a failure', async () => {
    const handle = { write: async () => ({ bytesWritten: 3 }) };
    await expect(appendLines({ handle }, '{"id":1}\n')).rejects.toThrow('3 of 9 bytes were written.');
  });

  it('leaves out what events are about when it is told to', async () => {
    const { file } = logFile();
    const sink = createJsonlSink({ path: file, payloads: 'none' });
    await sink.writeAll([eventAt(1)]);
    await sink.close?.();
    const { data: _data, ...rest } = eventAt(1);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(rest);
  });

  it('goes on, with what waited, once its file can be written again', async () => {
    const { directory, file } = logFile();
    writeFileSync(directory, '');
    const stream = createEventStream();
    const memory = createMemorySink(10);
    stream.addSink(createJsonlSink({ path: file, fsync: 'always' }));
    stream.addSink(memory);
    stream.emit(eventAt(1));
    while (!memory.events().some(({ type }) => type === 'sink.failed')) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    rmSync(directory);
    mkdirSync(directory);
    stream.emit(eventAt(2));
    await stream.complete();
    const [, report] = memory.events();
    expect(seqsIn(file)).toEqual([1, 2]);
    expect(report?.type === 'sink.failed' && [report.data.sink, report.data.problem]).toEqual([
      `jsonl ${file}`,
      expect.stringMatching(/cannot be written: E(?:EXIST|NOTDIR)/u),
    ]);
  });
});
