import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteTaskStore, currentHolder } from '../../../../src/services/store/index.ts';

let directory = '';
let file = '';

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'task-crash-'));
  file = path.join(directory, 'state.db');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const storeModule = path.resolve(import.meta.dirname, '../../../../src/services/store/index.ts');

/** A program with the store module and the file at hand; prints with `say`. */
function program(body: string): string[] {
  const head = `import { writeSync } from 'node:fs';
    import { createSqliteTaskStore, currentHolder } from ${JSON.stringify(storeModule)};
    const file = ${JSON.stringify(file)};
    const say = (text) => writeSync(1, text + '\\n');
    const commitAt = (seq) => ({
      task: { id: 't', definition: 'd', status: 'running', mode: '', pipeline: '', created_at: 1, updated_at: seq, seq, row: String(seq) },
      entry: { seq, at: seq, text: 'x'.repeat(1_000) },
      artifacts: [{ hash: 'a' + seq, text: 'y'.repeat(5_000) }],
      isNew: seq === 1,
    });`;
  return ['--input-type=module', '-e', `${head}\n${body}`];
}

function start(body: string): ChildProcessByStdio<null, Readable, null> {
  return spawn(process.execPath, program(body), { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Kills a process that goes on committing, at the first acknowledgement past `lines`; returns the last one it gave. */
async function killWhileCommitting(body: string, lines: number): Promise<number> {
  const child = start(body);
  const exit = once(child, 'exit');
  let seen = 0;
  let last = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    seen += 1;
    if (seen === lines) child.kill('SIGKILL');
  }
  await exit;
  return last;
}

describe('a state file, when its process is killed in the middle of commits', () => {
  it.each(['full', 'process'] as const)(
    'holds every commit that was acknowledged, durability %s',
    async (durability) => {
      const body = `const store = createSqliteTaskStore({ file, durability: '${durability}' });
      for (let seq = (store.task('t')?.seq ?? 0) + 1; ; seq += 1) { store.commit(commitAt(seq)); say(seq); }`;
      for (const lines of [1, 7, 40, 150]) {
        const acknowledged = await killWhileCommitting(body, lines);
        const store = createSqliteTaskStore({ file, durability });
        const reached = store.task('t')?.seq ?? 0;
        const journal = store.journal('t').map((entry) => entry.seq);
        expect(reached).toBeGreaterThanOrEqual(acknowledged);
        expect(journal).toEqual(Array.from({ length: reached }, (_, index) => index + 1));
        expect(journal.filter((seq) => store.artifact(`a${seq}`) === undefined)).toEqual([]);
        store.close();
      }
    },
  );

  it('gives the lease of the killed process to the next one at once', async () => {
    const body = `const store = createSqliteTaskStore({ file, durability: 'process' });
      store.acquire('t', currentHolder('killed'), 1);
      for (let line = 1; ; line += 1) say(line);`;
    const child = start(body);
    const exit = once(child, 'exit');
    await once(child.stdout, 'data');
    const store = createSqliteTaskStore({ file, durability: 'process' });
    expect(store.acquire('t', currentHolder('next'), 2)).toBe(false);
    child.kill('SIGKILL');
    child.stdout.destroy();
    await exit;
    expect(store.acquire('t', currentHolder('next'), 3)).toBe(true);
    store.close();
  });
});

describe('a state file, with several processes', () => {
  it('is created once when they all open it at the same moment', async () => {
    const body = `const store = createSqliteTaskStore({ file, durability: 'full' });
      for (let seq = 1; seq <= 20; seq += 1) {
        const { task, entry } = commitAt(seq);
        store.commit({ task: { ...task, id: String(process.pid) }, entry, artifacts: [], isNew: seq === 1 });
      }
      store.close();`;
    const children = Array.from({ length: 6 }, () => start(body));
    const exits = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(exits).toEqual(children.map(() => [0, null]));
    const store = createSqliteTaskStore({ file, durability: 'full' });
    expect(store.tasks().map((task) => task.seq)).toEqual([20, 20, 20, 20, 20, 20]);
    store.close();
  });

  it('is taken for a state file by each of them, however closely they follow each other', async () => {
    const beginning = Date.now() + 1_000;
    const body = `for (let index = 0; index < 20; index += 1) {
        while (Date.now() < ${beginning} + index * 60);
        createSqliteTaskStore({ file: file + index, durability: 'process' }).close();
      }`;
    const children = Array.from({ length: 4 }, () => start(body));
    const exits = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(exits).toEqual(children.map(() => [0, null]));
  });

  it('gives a task to exactly one of them', async () => {
    const body = `const store = createSqliteTaskStore({ file, durability: 'process' });
      say(store.acquire('t', currentHolder(String(process.pid)), 1));
      setInterval(() => undefined, 1_000);`;
    const children = Array.from({ length: 4 }, () => start(body));
    const answers = await Promise.all(children.map(async (child) => String((await once(child.stdout, 'data'))[0])));
    for (const child of children) child.kill('SIGKILL');
    expect(answers.toSorted()).toEqual(['false\n', 'false\n', 'false\n', 'true\n']);
  });
});

const print = `catch (error) { say(error.code + ' | ' + error.message + ' | ' + error.hint); }`;

// Windows has no mode bits that take the right to write from a directory.
describe.skipIf(process.platform === 'win32')('a state file that cannot be written', () => {
  it('stays as it was, and says why, when its directory is read-only', () => {
    file = path.join(directory, 'locked', 'state.db');
    // Root may write everywhere, so a test that runs as root becomes somebody else first.
    const body = `if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
      try { createSqliteTaskStore({ file, durability: 'full' }); } ${print}`;
    chmodSync(directory, 0o755);
    mkdirSync(path.dirname(file), { mode: 0o555 });
    const hint = 'Give this user the right to write the file and its directory, or choose another state_dir.';
    expect(spawnSync(process.execPath, program(body)).stdout.toString()).toBe(
      `STORE_UNWRITABLE | The state file "${file}" cannot be opened. | ${hint}\n`,
    );
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it('holds all earlier commits and no half of one when the disk takes no more', () => {
    // A limit on the size of files stands in for a full disk.
    const body = `const store = createSqliteTaskStore({ file, durability: 'full' });
      try { for (let seq = 1; ; seq += 1) { store.commit(commitAt(seq)); say(seq); } } ${print}
      try { store.commit(commitAt(store.task('t').seq + 1)); } ${print}`;
    const limited = ['-c', 'trap "" XFSZ; ulimit -f 1024; exec "$0" "$@"', process.execPath, ...program(body)];
    const lines = spawnSync('sh', limited).stdout.toString().trim().split('\n');
    const acknowledged = lines.filter((line) => /^\d+$/u.test(line)).map(Number);
    const errors = lines.filter((line) => !/^\d+$/u.test(line));
    const problem = `STORE_UNWRITABLE | The state file "${file}" cannot be written: the disk reports an error`;
    expect(errors).toEqual([1, 2].map(() => `${problem}. | Check the disk and its free space.`));
    const store = createSqliteTaskStore({ file, durability: 'full' });
    expect(store.journal('t').map((entry) => entry.seq)).toEqual(acknowledged);
    expect(store.task('t')?.seq).toBe(acknowledged.length);
    expect(store.artifact(`a${acknowledged.length + 1}`)).toBe(undefined);
    store.close();
  });
});
