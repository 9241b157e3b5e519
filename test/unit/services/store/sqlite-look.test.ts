import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqliteTaskStore } from '../../../../src/services/store/index.ts';
import { commitAt } from '../../../contract/task-store.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'task-looking-'));
const stores = new URL('../../../../src/services/store/index.ts', import.meta.url).href;

function place(name: string): string {
  mkdirSync(path.join(directory, name));
  return path.join(directory, name, 'state.db');
}

function lock(name: string): readonly string[] {
  const inside = path.join(directory, name);
  const files = readdirSync(inside);
  for (const file of files) chmodSync(path.join(inside, file), 0o444);
  chmodSync(inside, 0o555);
  return files.toSorted();
}

/** Looks at files, and tries to write to the first one, as a user who may only read them. */
function lookAt(files: readonly string[]): unknown {
  const body = `import { createSqliteTaskStore } from ${JSON.stringify(stores)};
    // Root may write everywhere.
    if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
    const seqOf = (store) => [store.task('task-1')?.seq, store.journal('task-1').length];
    const tried = (work) => { try { return work(); } catch (error) { return error.code + ' ' + error.message; } };
    const open = (file) => createSqliteTaskStore({ file, durability: 'full', looking: true });
    const seen = ${JSON.stringify(files)}.map((file) => tried(() => { const store = open(file); const found = seqOf(store); store.close(); return found; }));
    const written = tried(() => open(${JSON.stringify(files[0])}).saveDefinition('d', '{}'));
    console.log(JSON.stringify({ seen, written }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', body]);
  const told: unknown = JSON.parse(stdout.toString() || JSON.stringify(stderr.toString()));
  return told;
}

// Windows has no mode bits that take the right to write from a directory.
describe.skipIf(process.platform === 'win32')('a state file that may only be read', () => {
  beforeAll(() => chmodSync(directory, 0o755));
  afterAll(() => {
    for (const name of readdirSync(directory)) chmodSync(path.join(directory, name), 0o755);
    rmSync(directory, { recursive: true, force: true });
  });

  it('is looked at when it is closed, open elsewhere, or left by a process that died, and stays as it is', () => {
    const [closed, open, left, secret] = [place('closed'), place('open'), place('left'), place('secret')];
    for (const file of [closed, secret]) {
      const store = createSqliteTaskStore({ file, durability: 'process' });
      store.commit(commitAt(1));
      store.close();
    }
    const atWork = createSqliteTaskStore({ file: open, durability: 'process' });
    for (const seq of [1, 2]) atWork.commit(commitAt(seq));
    for (const ending of ['', '-wal']) copyFileSync(`${open}${ending}`, `${left}${ending}`);
    const before = ['closed', 'open', 'left'].map(lock);
    chmodSync(secret, 0o000);

    expect(lookAt([closed, open, left, secret])).toEqual({
      seen: [[1, 1], [2, 2], [2, 2], `STORE_UNREADABLE The state file "${secret}" may not be read by this user.`],
      written: `STORE_UNWRITABLE The state file "${closed}" is read-only.`,
    });
    expect(['closed', 'open', 'left'].map(lock)).toEqual(before);
    expect(before[0]).toEqual(['state.db']);
    atWork.close();
  });
});
