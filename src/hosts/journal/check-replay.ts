import { crc32 } from 'node:zlib';
import { EngineError, isEngineError } from '../../errors/index.ts';
import { toRow } from '../../machines/index.ts';
import type { JournalEntry, StoredTask } from '../../services/index.ts';
import { listedTask } from './task-commits.ts';
import { playEntry, readJournal, startRecord, type ReplaySource } from './replay.ts';
import type { TaskRecord } from '../task-record.ts';

/** What a replay compared; it found no difference. */
export interface ReplayReport {
  readonly task: string;
  /** Of its journal, with the first one. */
  readonly entries: number;
  /** Entries after which there was a row, or the checksum of one, to compare with. */
  readonly rows: number;
}

/**
 * Reduces the journal of a task again, without effects, and compares what comes of it with what is stored, byte for byte.
 * Throws TASK_REPLAY_DIFFERS with the first entry at which it is not the same.
 */
export function checkReplay(stored: StoredTask, source: ReplaySource): ReplayReport {
  const { creation, first, entries } = atEntry(stored.id, 0, () => readJournal(stored, source));
  const task = atEntry(stored.id, 0, () =>
    startRecord(creation, source.resolve(creation.definition, creation.pipeline)),
  );
  let rows = compareRow(task, stored, first);
  for (const entry of entries) {
    atEntry(stored.id, entry.seq, () => playEntry(task, entry, source));
    rows += compareRow(task, stored, entry);
  }
  compareEnd(task, stored);
  return { task: stored.id, entries: entries.length + 1, rows };
}

/** How many rows there were to compare. */
function compareRow(task: TaskRecord, stored: StoredTask, { seq, check }: JournalEntry): 0 | 1 {
  const isCheckpoint = seq === stored.row_seq;
  if (check === undefined && !isCheckpoint) return 0;
  const row = JSON.stringify(toRow(task.state));
  if (check !== undefined && crc32(row) !== check)
    throw differs(stored.id, seq, { what: 'the checksum of its row differs', stored: check, replayed: crc32(row) });
  if (isCheckpoint && row !== stored.row) throw differs(stored.id, seq, rowDifference(stored.row, row));
  return 1;
}

/** What the store says of a task beside its row. */
function compareEnd(task: TaskRecord, stored: StoredTask): void {
  const replayed = listedTask(task, stored.updated_at);
  for (const field of ['seq', 'status', 'definition'] as const) {
    if (replayed[field] === stored[field]) continue;
    const difference = { what: `its ${field} differs`, stored: stored[field], replayed: replayed[field] };
    throw differs(stored.id, task.state.seq, difference);
  }
}

/** An entry that does not fit what came before it is a difference, too. */
function atEntry<Result>(task: string, seq: number, play: () => Result): Result {
  try {
    return play();
  } catch (error) {
    if (!isEngineError(error) || error.code === 'STORE_UNREADABLE' || error.code === 'ENGINE_CLOSED') throw error;
    const at = typeof error.details['seq'] === 'number' ? error.details['seq'] : seq;
    throw differs(task, at, { what: 'the entry does not fit what came before it', cause: error });
  }
}

interface ReplayDifference {
  readonly what: string;
  readonly stored?: unknown;
  readonly replayed?: unknown;
  readonly cause?: unknown;
}

function differs(task: string, seq: number, { what, cause, ...values }: ReplayDifference): EngineError {
  return new EngineError(
    'TASK_REPLAY_DIFFERS',
    `Task "${task}" is not what its journal says. At entry ${seq} ${what}.`,
    {
      hint: 'The state file was changed by something else. Restore it from a backup, or run the task anew.',
      details: { task, seq, ...values },
      ...(cause !== undefined && { cause }),
    },
  );
}

function rowDifference(stored: string, replayed: string): ReplayDifference {
  const place = firstDifference(parsed(stored), parsed(replayed), 'row');
  if (place === undefined) return { what: 'its row is written in another way', stored, replayed };
  return { what: `its row differs in "${place.path}"`, stored: place.stored, replayed: place.replayed };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

interface DifferentPlace {
  readonly path: string;
  readonly stored: unknown;
  readonly replayed: unknown;
}

function firstDifference(stored: unknown, replayed: unknown, path: string): DifferentPlace | undefined {
  if (!isObject(stored) || !isObject(replayed) || Array.isArray(stored) !== Array.isArray(replayed))
    return stored === replayed ? undefined : { path, stored, replayed };
  const [one, other] = [new Map(Object.entries(stored)), new Map(Object.entries(replayed))];
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    const found = firstDifference(one.get(key), other.get(key), `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
