import type { SQLOutputValue } from 'node:sqlite';
import { EngineError } from '../../errors/index.ts';
import type { Lease } from './lease.ts';
import type { JournalEntry, ListedTask, Signal, StoredChange, StoredTask } from './port.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

export function toTask(row: Row): StoredTask {
  return { ...toListed(row), row: textOf(row, 'row'), row_seq: numberOf(row, 'row_seq') };
}

export function toListed(row: Row): ListedTask {
  return {
    id: textOf(row, 'id'),
    definition: textOf(row, 'definition'),
    status: textOf(row, 'status'),
    mode: textOf(row, 'mode'),
    pipeline: textOf(row, 'pipeline'),
    created_at: numberOf(row, 'created_at'),
    updated_at: numberOf(row, 'updated_at'),
    seq: numberOf(row, 'seq'),
  };
}

export function toEntry(row: Row): JournalEntry {
  const entry = { seq: numberOf(row, 'seq'), at: numberOf(row, 'at'), text: textOf(row, 'text') };
  return row['row_check'] === null ? entry : { ...entry, check: numberOf(row, 'row_check') };
}

export function toSignal(row: Row): Signal {
  const signal = { task: textOf(row, 'task'), command: textOf(row, 'command'), at: numberOf(row, 'at') };
  return row['data'] === null ? signal : { ...signal, data: textOf(row, 'data') };
}

export function toChange(row: Row): StoredChange {
  const change = {
    id: numberOf(row, 'id'),
    task: textOf(row, 'task'),
    stage: textOf(row, 'stage'),
    tool: textOf(row, 'tool'),
    path: textOf(row, 'path'),
    before: row['before'] === null ? null : textOf(row, 'before'),
    after: textOf(row, 'after'),
    at: numberOf(row, 'at'),
    directories: directoriesOf(row),
  };
  return row['undone_at'] === null ? change : { ...change, undone_at: numberOf(row, 'undone_at') };
}

function directoriesOf(row: Row): readonly string[] {
  const value: unknown = JSON.parse(textOf(row, 'directories'));
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw wrongType('directories');
}

export function toLease(row: Row): Lease {
  const holder = { id: textOf(row, 'holder'), host: textOf(row, 'host'), pid: numberOf(row, 'pid') };
  const started = row['started'];
  return {
    holder: typeof started === 'string' ? { ...holder, started } : holder,
    renewedAt: numberOf(row, 'renewed_at'),
  };
}

export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw wrongType(column);
}

export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw wrongType(column);
}

/** The tables are STRICT, so only a damaged or forged file gets here. */
function wrongType(column: string): EngineError {
  return new EngineError(
    'STORE_UNREADABLE',
    `The column "${column}" of the state file holds a value of the wrong type.`,
    {
      hint: 'Restore the state file from a backup.',
    },
  );
}
