import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createAuditSink, verifyAuditLog } from '../../../../src/services/audit/index.ts';
import { someIds } from '../../../support/event-ids.ts';
import { createEventStream, type EngineEvent } from '../../../../src/services/telemetry/index.ts';

const zeros = '0'.repeat(64);
let directory = '';
let file = '';

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'audit-log-'));
  file = path.join(directory, 'logs', 'audit.jsonl');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const eventAt = (seq: number): EngineEvent => {
  return {
    id: `t/${seq}`,
    type: 'task.paused',
    v: 1,
    time: seq,
    seq,
    taskId: 't',
    ...someIds,
    data: { reason: `ä${seq}` },
  };
};

async function write(...seqs: readonly number[]): Promise<void> {
  const sink = createAuditSink({ path: file });
  await sink.writeAll(seqs.map((seq) => eventAt(seq)));
  await sink.close?.();
}

const lines = (): string[] => readFileSync(file, 'utf8').trimEnd().split('\n');
const rewrite = (texts: readonly string[]): void => writeFileSync(file, `${texts.join('\n')}\n`);
const fieldsOf = (line: string): Record<string, unknown> => z.record(z.string(), z.unknown()).parse(JSON.parse(line));

/** As the documentation describes it, written down a second time. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, field]) => [key, sorted(field)]),
  );
}

function rehashed(line: string, change: object): string {
  const { hash: _hash, ...rest } = fieldsOf(line);
  const content: Record<string, unknown> = { ...rest, ...change };
  const prev = String(content['prev']);
  const hash = createHash('sha256')
    .update(prev + JSON.stringify(sorted(content)))
    .digest('hex');
  return JSON.stringify({ ...content, hash });
}

const kinds = async (): Promise<string[]> =>
  (await verifyAuditLog(file)).problems.map(({ line, kind }) => `${line} ${kind}`);

const at = (all: readonly string[], index: number): string => all[index] ?? '';
const replaced = (all: readonly string[], index: number, text: string): readonly string[] => all.with(index, text);
const start = (...words: readonly string[]): ChildProcess =>
  spawn(process.execPath, [path.resolve('test/support/audit-process.ts'), file, ...words], { stdio: 'inherit' });

describe('an audit log', () => {
  it('has entries that each hold the hash of the one before', async () => {
    await write(1, 2, 3);
    const entries = lines().map((line) => fieldsOf(line));
    expect(entries.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(entries.map(({ prev }) => prev)).toEqual([zeros, entries[0]?.['hash'], entries[1]?.['hash']]);
    expect(lines().map((line) => rehashed(line, {}))).toEqual(lines());
    const { n: _n, prev: _prev, hash, ...told } = entries[2] ?? {};
    expect(told).toEqual(eventAt(3));
    expect(await verifyAuditLog(file)).toEqual({ file, ok: true, entries: 3, lastHash: hash, torn: 0, problems: [] });
  });

  it('holds what matters to security, and nothing else', async () => {
    const sink = createAuditSink({ path: file });
    const denied = { tool: 'rm', capabilities: [], level: 'agent', rule: 'agents.a.tools' };
    await sink.writeAll([
      { ...eventAt(1), type: 'security.denied', data: denied },
      { ...eventAt(2), type: 'task.started', data: {} },
      { ...eventAt(3), type: 'tool.denied', data: { tool: 'rm', reason: 'no' } },
      { ...eventAt(4), type: 'tool.called', data: { tool: 'rm' } },
      { ...eventAt(5), type: 'task.undone', data: { files: 1, conflicts: 0, forced: false } },
    ]);
    await sink.close?.();
    expect(lines().map((line) => fieldsOf(line)['type'])).toEqual(['security.denied', 'tool.denied', 'task.undone']);
  });

  it('can be read by its owner alone', async () => {
    await write(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('goes on where another writer stopped, also behind entries that are longer than one look', async () => {
    await write(1);
    const sink = createAuditSink({ path: file, fsync: 'close' });
    await sink.writeAll([{ ...eventAt(2), type: 'task.paused', data: { reason: 'x'.repeat(500_000) } }]);
    await sink.close?.();
    await write(3, 4);
    expect(await verifyAuditLog(file)).toMatchObject({ ok: true, entries: 4 });
  });

  it('has one chain when several writers of one process write at once', async () => {
    const writers = [1, 2, 3].map(() => createEventStream());
    for (const writer of writers) writer.addSink(createAuditSink({ path: file }));
    for (let seq = 1; seq <= 60; seq += 1) {
      writers[seq % 3]?.emit(eventAt(seq));
      if (seq % 7 === 0) await delay(1);
    }
    await Promise.all(writers.map((writer) => writer.complete()));
    expect(await verifyAuditLog(file)).toMatchObject({ ok: true, entries: 60, problems: [] });
  });

  it('fails where more waits than may, and is reported', async () => {
    const stream = createEventStream();
    const told: EngineEvent[] = [];
    stream.events$.subscribe((event) => void told.push(event));
    stream.addSink(createAuditSink({ path: file, maxWaiting: 2 }));
    for (const seq of [1, 2, 3]) stream.emit(eventAt(seq));
    expect(told.at(-1)).toMatchObject({ type: 'sink.failed', data: { sink: `audit ${file}` } });
    await stream.complete();
  });

  it('is reported as a lost sink when it cannot be written', async () => {
    const stream = createEventStream();
    const told: EngineEvent[] = [];
    stream.events$.subscribe((event) => void told.push(event));
    mkdirSync(file, { recursive: true });
    stream.addSink(createAuditSink({ path: file }));
    stream.emit(eventAt(1));
    await stream.complete();
    expect(told.at(-1)).toMatchObject({ type: 'sink.failed', data: { sink: `audit ${file}` } });
  });
});

describe('the end of an audit log', () => {
  it('keeps a line that was torn off, and tells of it', async () => {
    await write(1, 2);
    const torn = lines()[1]?.slice(0, 40) ?? '';
    rewrite(lines().slice(0, 1));
    appendFileSync(file, torn);
    expect(await kinds()).toEqual(['2 torn']);
    await write(3);
    const [, kept, note] = lines();
    expect(kept).toBe(torn);
    const sha256 = createHash('sha256').update(torn).digest('hex');
    expect(fieldsOf(note ?? '')).toMatchObject({ n: 2, type: 'audit.torn', data: { bytes: 40, sha256 } });
    expect(await verifyAuditLog(file)).toMatchObject({ ok: true, entries: 3, torn: 1 });
  });

  it('does not take a note of another torn line for that of this one', async () => {
    await write(1);
    appendFileSync(file, '{"n":2,"ti');
    await write(3);
    rewrite(lines().map((line, index) => (index === 1 ? '{"n":2,"to' : line)));
    expect(await kinds()).toEqual(['2 inserted']);
  });

  it('goes on from an entry that lacks its line end alone', async () => {
    await write(1, 2);
    truncateSync(file, statSync(file).size - 1);
    expect(await kinds()).toEqual([]);
    await write(3);
    expect(await verifyAuditLog(file)).toMatchObject({ ok: true, entries: 3, torn: 0 });
  });

  it('shows that it was cut while a writer was open', async () => {
    const sink = createAuditSink({ path: file });
    for (const seq of [1, 2, 3]) await sink.writeAll([eventAt(seq)]);
    rewrite(lines().slice(0, 1));
    await sink.writeAll([eventAt(4)]);
    await sink.close?.();
    expect(lines().map((line) => fieldsOf(line)['type'])).toEqual(['task.paused', 'audit.cut', 'task.paused']);
    expect(await kinds()).toEqual(['2 removed']);
  });

  it('that was cut off is known by a hash that was noted elsewhere', async () => {
    await write(1, 2);
    const { lastHash } = await verifyAuditLog(file);
    expect(await verifyAuditLog(file, lastHash)).toMatchObject({ ok: true, expected: 'last' });
    await write(3);
    expect(await verifyAuditLog(file, lastHash)).toMatchObject({ ok: true, expected: 'earlier' });
    rewrite(lines().slice(0, 1));
    expect(await verifyAuditLog(file)).toMatchObject({ ok: true, entries: 1 });
    expect(await verifyAuditLog(file, lastHash)).toMatchObject({
      ok: false,
      expected: 'missing',
      problems: [{ kind: 'cut', line: 1 }],
    });
    rmSync(file);
    expect(await verifyAuditLog(file, lastHash)).toMatchObject({ ok: false, entries: 0, expected: 'missing' });
  });
});

describe('in an audit log of six entries', () => {
  type Tamper = (all: readonly string[]) => readonly string[];

  const tampers: readonly (readonly [string, Tamper, readonly string[]])[] = [
    ['a changed word', (all) => replaced(all, 2, at(all, 2).replace('ä3', 'ä9')), ['3 changed']],
    ['a changed last entry', (all) => replaced(all, 5, at(all, 5).replace('ä6', 'ä9')), ['6 changed']],
    ['a changed time', (all) => replaced(all, 0, at(all, 0).replace('"time":1', '"time":2')), ['1 changed']],
    ['a space', (all) => replaced(all, 2, at(all, 2).replace('{', '{ ')), ['3 changed']],
    ['a key that comes twice', (all) => replaced(all, 2, at(all, 2).replace('{', '{"n":9,')), ['3 changed']],
    ['a field more', (all) => replaced(all, 2, at(all, 2).replace('"v":1', '"v":1,"w":1')), ['3 changed']],
    ['a change with a new hash', (all) => replaced(all, 2, rehashed(at(all, 2), { taskId: 'x' })), ['3 changed']],
    ['a text that is no JSON', (all) => replaced(all, 2, 'nothing'), ['3 changed']],
    ['an empty line', (all) => all.toSpliced(3, 0, ''), ['4 inserted']],
    ['two changed entries', (all) => replaced(replaced(all, 2, 'x'), 3, 'y'), ['3 changed', '4 changed']],
    ['a removed entry', (all) => all.toSpliced(2, 1), ['3 removed']],
    ['two removed entries', (all) => all.toSpliced(2, 2), ['3 removed']],
    ['a removed first entry', (all) => all.slice(1), ['1 removed']],
    ['a removed and a changed entry', (all) => replaced(all, 4, 'x').toSpliced(2, 1), ['3 removed', '4 changed']],
    ['an inserted text', (all) => all.toSpliced(2, 0, '{"n":3}'), ['3 inserted']],
    ['a copied entry', (all) => all.toSpliced(4, 0, at(all, 1)), ['5 inserted']],
    ['the last entry twice', (all) => [...all, at(all, 5)], ['7 inserted']],
    ['an entry made up', (all) => all.toSpliced(2, 0, rehashed(at(all, 2), { taskId: 'x' })), ['3 inserted']],
    [
      'two entries in each others place',
      (all) => [...all.slice(0, 2), at(all, 3), at(all, 2), ...all.slice(4)],
      ['4 reordered'],
    ],
    ['an entry moved to the end', (all) => [...all.toSpliced(1, 1), at(all, 1)], ['6 reordered']],
  ];

  it.each(tampers)('%s is found, with its line', async (_, tamper, found) => {
    await write(1, 2, 3, 4, 5, 6);
    rewrite(tamper(lines()));
    const report = await verifyAuditLog(file);
    expect(report.problems.map(({ line, kind }) => `${line} ${kind}`)).toEqual(found);
    expect(report.ok).toBe(false);
  });

  it('every change of one byte is found', async () => {
    await write(1, 2, 3, 4, 5, 6);
    const sound = readFileSync(file);
    const missed: number[] = [];
    for (let index = 0; index < sound.length - 1; index += 13) {
      const bytes = Buffer.from(sound);
      bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
      writeFileSync(file, bytes);
      if ((await verifyAuditLog(file)).ok) missed.push(index);
    }
    expect(missed).toEqual([]);
  });
});

describe('processes that share an audit log', () => {
  it('write one chain', async () => {
    const ended = ['one', 'two'].map((name) => once(start(name, '40'), 'exit'));
    expect(await Promise.all(ended)).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(await verifyAuditLog(file)).toMatchObject({ ok: true, entries: 80, problems: [] });
    const seqs = lines().map((line) => fieldsOf(line));
    const ofOne = seqs.filter(({ taskId }) => taskId === 'one').map(({ seq }) => seq);
    expect(ofOne).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it('leave a sound chain, or a torn line that is told of, when they are killed', async () => {
    for (let life = 1; life <= 3; life += 1) {
      const before = existsSync(file) ? statSync(file).size : 0;
      const children = [start('killed'), start('also')];
      while (!existsSync(file) || statSync(file).size < before + 5_000) await delay(2);
      const ended = children.map((child) => once(child, 'exit'));
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(ended);
    }
    await write(1);
    const report = await verifyAuditLog(file);
    expect(report).toMatchObject({ ok: true, problems: [] });
    expect(fieldsOf(lines().at(-1) ?? '')).toMatchObject({ taskId: 't', n: report.entries });
  });
});
