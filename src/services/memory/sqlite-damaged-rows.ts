import type { DatabaseSync } from 'node:sqlite';
import { putAside } from './quarantine.ts';
import { countItems, rowOf, type ItemRow } from './sqlite-rows.ts';
import { inTransaction } from './sqlite-memory-file.ts';
import type { SalvageOptions } from './sqlite-salvage.ts';

/** Moves rows that hold no item out of the database, a line of JSON for each; the rest stays where it is. */
export async function putDamagedAside(
  options: SalvageOptions,
  database: DatabaseSync,
  numbers: readonly number[],
): Promise<void> {
  const { file, onQuarantine } = options;
  const select = database.prepare('SELECT seq, id, item FROM items WHERE seq = ?');
  const rows = numbers.flatMap((seq) => {
    const row = select.get(seq);
    return row === undefined ? [] : [rowOf(row)];
  });
  if (rows.length === 0) return;
  const copy = await putAside(options, (_, to) => writeRows(to, rows));
  const removed = inTransaction(database, () => {
    const remove = database.prepare('DELETE FROM items WHERE seq = ?');
    return rows.reduce((sum, { seq }) => sum + Number(remove.run(seq).changes), 0);
  });
  if (removed === 0) {
    // Another process was first.
    await removeFile(copy);
    return;
  }
  const problem = `${removed} of its items ${removed === 1 ? 'is' : 'are'} not valid`;
  onQuarantine({ file, copy, problem, kept: countItems(database) });
}

async function writeRows(file: string, rows: readonly ItemRow[]): Promise<void> {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { flag: 'wx', flush: true });
}

async function removeFile(file: string): Promise<void> {
  const { rm } = await import('node:fs/promises');
  await rm(file, { force: true });
}
