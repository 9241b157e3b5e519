import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { layersOf } from '../support/layers.ts';
import type { Subject } from '../support/workload.ts';

/** NORMAL survives a crash of the process, FULL also one of the system. */
type Synchronous = 'NORMAL' | 'FULL';

/** The least that a journal can cost: a bare loop that commits a row with the output of each stage. */
export function journalRows(synchronous: Synchronous): Subject {
  return async ({ shape, work, directory }) => {
    const stages = layersOf(shape).flat();
    const database = openJournal(path.join(directory, 'journal.db'), synchronous);
    database.exec('CREATE TABLE journal (task INTEGER, seq INTEGER, output TEXT, PRIMARY KEY (task, seq)) STRICT');
    const append = database.prepare('INSERT INTO journal VALUES (?, ?, ?)');
    let tasks = 0;
    return {
      async runTask(input) {
        tasks += 1;
        const task = tasks;
        let output = input;
        for (const { at } of stages) {
          output = await work.run(at, output);
          append.run(task, at, JSON.stringify(output));
        }
        return output;
      },
      close: async () => database.close(),
    };
  };
}

export function openJournal(file: string, synchronous: Synchronous): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`);
  return database;
}
