import type { SQLOutputValue } from 'node:sqlite';
import { EngineError } from '../../errors/index.ts';
import type { Lease } from './lease.ts';
import type { JournalEntry, StoredTask } from './port.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

export function toTask(row: Row): StoredTask {
  return {
    id: textOf(row, 'id'),
    definition: textOf(row, 'definition'),
    status: textOf(row, 'status'),
    created_at: numberOf(row, 'created_at'),
    updated_at: numberOf(row, 'updated_at'),
    seq: numberOf(row, 'seq'),
    row: textOf(row, 'row'),
  };
}

export function toEntry(row: Row): JournalEntry {
  return { seq: numberOf(row, 'seq'), at: numberOf(row, 'at'), text: textOf(row, 'text') };
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

function numberOf(row: Row, column: string): number {
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
