import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createJsonlSink, readLog, type EngineEvent } from '../../../../src/services/telemetry/index.ts';
import { someIds } from '../../../support/event-ids.ts';
import { temporaryDirectory } from '../../../support/project-fixture.ts';

const eventAt = (seq: number): EngineEvent => {
  return { id: `t/${seq}`, type: 'task.paused', v: 1, time: seq, seq, taskId: 't', ...someIds, data: {} };
};
const lineBytes = Buffer.byteLength(`${JSON.stringify(eventAt(1))}\n`);

/** Lines of a log that is followed; between two looks at it something is done. */
async function follow(
  file: string,
  steps: readonly (() => unknown)[],
  onGap: () => void = () => undefined,
): Promise<readonly string[]> {
  const stop = new AbortController();
  const left = [...steps];
  const lines: string[] = [];
  const pause = async (): Promise<void> => {
    const step = left.shift();
    if (step === undefined) stop.abort();
    await step?.();
  };
  for await (const line of readLog(file, { follow: true, signal: stop.signal, pause, onGap })) lines.push(line);
  return lines;
}

const seqsOf = (lines: readonly string[]): unknown[] =>
  lines.map((line) => {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null && 'seq' in event ? event.seq : undefined;
  });

it('has the lines of all files, the oldest first, without one that is half written', async () => {
  const directory = temporaryDirectory();
  const file = path.join(directory, 'events.jsonl');
  writeFileSync(`${file}.10`, 'one\n');
  writeFileSync(`${file}.9`, 'two\n');
  writeFileSync(`${file}.old`, 'no log\n');
  writeFileSync(file, 'three\nfo');
  const lines: string[] = [];
  const { signal } = new AbortController();
  for await (const line of readLog(file, { follow: false, signal, pause: async () => undefined })) lines.push(line);
  expect(lines).toEqual(['one', 'two', 'three']);
});

it('waits for a file that is not there, and for the rest of a line', async () => {
  const directory = path.join(temporaryDirectory(), 'logs');
  const file = path.join(directory, 'events.jsonl');
  const lines = await follow(file, [
    () => mkdirSync(directory),
    () => writeFileSync(file, 'on'),
    () => appendFileSync(file, 'e ä'.slice(0, 2)),
    () => appendFileSync(file, Buffer.from('ä').subarray(0, 1)),
    () => appendFileSync(file, Buffer.concat([Buffer.from('ä').subarray(1), Buffer.from('\ntwo\n')])),
  ]);
  expect(lines).toEqual(['one ä', 'two']);
});

it('misses nothing when the file is put aside, also several times between two looks', async () => {
  const file = path.join(temporaryDirectory(), 'events.jsonl');
  const sink = createJsonlSink({ path: file, maxBytes: 3 * lineBytes, keep: 10 });
  const write = (...seqs: readonly number[]) => sink.writeAll(seqs.map((seq) => eventAt(seq)));
  await write(1, 2);
  const lines = await follow(file, [
    () => write(3, 4),
    () => write(5, 6, 7, 8, 9, 1, 2, 3),
    () => write(4),
    () => undefined,
  ]);
  expect(seqsOf(lines)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4]);
  await sink.close?.();
});

it('begins again when the file is emptied, and says that something may be missing', async () => {
  const file = path.join(temporaryDirectory(), 'events.jsonl');
  writeFileSync(file, 'one\ntwo\nhal');
  let gaps = 0;
  const lines = await follow(
    file,
    [() => writeFileSync(file, ''), () => appendFileSync(file, 'three\n'), () => appendFileSync(file, 'four\n')],
    () => (gaps += 1),
  );
  expect([lines, gaps]).toEqual([['one', 'two', 'three', 'four'], 1]);
});

it('says when files have gone before they were read, and only then', async () => {
  const gaps: number[] = [];
  for (const keep of [1, 10]) {
    const file = path.join(temporaryDirectory(), 'events.jsonl');
    const sink = createJsonlSink({ path: file, maxBytes: lineBytes, keep });
    const write = (...seqs: readonly number[]) => sink.writeAll(seqs.map((seq) => eventAt(seq)));
    await write(1);
    let count = 0;
    await follow(file, [() => write(2, 3, 4, 5), () => undefined], () => (count += 1));
    gaps.push(count);
    await sink.close?.();
  }
  expect(gaps).toEqual([1, 0]);
});
