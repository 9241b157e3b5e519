import type { DatabaseSync } from 'node:sqlite';
import { withFileLock } from './file-lock.ts';
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
  // One at a time: of several that found them, each would write a copy of its own.
  await withFileLock(file, async () => {
    const select = database.prepare('SELECT seq, id, item FROM items WHERE seq = ?');
    const rows = numbers.flatMap((seq) => {
      const row = select.get(seq);
      return row === undefined ? [] : [rowOf(row)];
    });
    // Another process was first.
    if (rows.length === 0) return;
    const copy = await putAside(options, (_, to) => writeRows(to, rows));
    inTransaction(database, () => {
      const remove = database.prepare('DELETE FROM items WHERE seq = ?');
      for (const { seq } of rows) remove.run(seq);
    });
    const problem = `${rows.length} of its items ${rows.length === 1 ? 'is' : 'are'} not valid`;
    onQuarantine({ file, copy, problem, kept: countItems(database) });
  });
}

async function writeRows(file: string, rows: readonly ItemRow[]): Promise<void> {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { flag: 'wx', flush: true });
}
