import { chmodSync, cpSync, readFileSync, readdirSync, truncateSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../e2e/cli-call.ts';
import { cli as cliProcess, repository, type Ended } from '../e2e/cli-process.ts';
import { temporaryDirectory } from '../e2e/project.ts';
import { begunItems, expectClearError, itemsUpTo, outputOf, writeItemsProject } from '../support/items-project.ts';
import { stateFileOf } from '../support/local-engine.ts';
import { isExhaustive } from '../support/property-settings.ts';

/* State that cannot be used is left as it is, and every command says so in a way that helps. */

const count = 20;
const whole = path.join(temporaryDirectory(), 'whole');
const room = temporaryDirectory();

beforeAll(async () => {
  writeItemsProject(whole);
  const { code, stderr } = await cli(['run', whole, '--input', itemsUpTo(count), '--id', 'task', '--quiet']);
  if (code !== 0) throw new Error(stderr);
}, 60_000);

function copyOf(name: string): string {
  const directory = path.join(room, name);
  cpSync(whole, directory, { recursive: true });
  return directory;
}

const commandsOn = (directory: string): readonly (readonly string[])[] => [
  ['tasks', '--project', directory],
  ['show', 'task', '--project', directory],
  ['replay', 'task', '--project', directory],
  ['run', directory, '--input', '[1]', '--quiet'],
];

describe('a state file that lost its end', () => {
  it.each(isExhaustive ? [0.2, 0.4, 0.6, 0.8, 0.97] : [0.97])(
    'is reported by every command and left as it is, cut at %d of it',
    async (share) => {
      const directory = copyOf(`cut ${share}`);
      const file = stateFileOf(directory);
      truncateSync(file, Math.floor(statSync(file).size * share) + 99);
      const before = readFileSync(file);
      for (const words of commandsOn(directory)) expectClearError(await cli(words), 'STORE_UNREADABLE');
      expect(readFileSync(file).equals(before)).toBe(true);
      expect(begunItems(directory)).toHaveLength(count);
    },
  );
});

function errorIn({ stderr }: Ended): string {
  return /^error (?<code>\w+)/u.exec(stderr)?.groups?.['code'] ?? 'no error';
}

describe('a state file with zeros in it', () => {
  it('gives what is right or a clear error, wherever they are', { timeout: 60_000 }, async () => {
    const reading = commandsOn(whole).slice(1, 3);
    const right = [];
    for (const words of reading) right.push((await cli(words)).stdout);
    const shares = isExhaustive ? [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] : [0.2, 0.4];
    const ends: { readonly end: Ended; readonly verdict: string }[] = [];
    for (const share of shares) {
      const directory = copyOf(`zeros ${share}`);
      const content = readFileSync(stateFileOf(directory));
      const from = Math.floor(content.length * share);
      writeFileSync(stateFileOf(directory), content.fill(0, from, from + 9_000));
      for (const [at, words] of commandsOn(directory).slice(1, 3).entries()) {
        const end = await cli(words);
        ends.push({ end, verdict: end.code === 0 && end.stdout === right[at] ? 'right' : errorIn(end) });
      }
    }
    for (const { end, verdict } of ends.filter((each) => each.verdict !== 'right')) expectClearError(end, verdict);
    const codes = ends.map(({ verdict }) => verdict);
    const known = new Set(['STORE_JOURNAL_BROKEN', 'STORE_UNREADABLE', 'TASK_REPLAY_DIFFERS', 'right']);
    expect(codes.filter((code) => !known.has(code))).toEqual([]);
    expect(codes).toContain('STORE_UNREADABLE');
  });
});

/** Root may write everywhere, so a test that runs as root has the program run as somebody else. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** False where somebody else may not read the program, and on Windows, which has no such mode bits. */
function canBeLocked(): boolean {
  if (process.platform === 'win32') return false;
  return spawnSync(process.execPath, [path.join(repository, 'bin/agent-engine.js'), '--version'], user).status === 0;
}

// Root may write everywhere: it needs another user, who may run the program.
describe.runIf(canBeLocked())('a state directory that this user may not write', () => {
  it('can be looked at, is reported by what has to write, and its tasks are there when it can be written again', async () => {
    const directory = copyOf('locked');
    const state = path.dirname(stateFileOf(directory));
    const before = readFileSync(stateFileOf(directory));
    for (const open of [room, directory]) chmodSync(open, 0o755);
    chmodSync(state, 0o555);
    try {
      const commands = commandsOn(directory);
      for (const [at, words] of commands.slice(0, isExhaustive ? -1 : 1).entries()) {
        const { stdout } = await cli(commandsOn(whole)[at] ?? []);
        expect((await cliProcess(words, user)).stdout).toBe(stdout);
      }
      expectClearError(await cliProcess(commands.at(-1) ?? [], user), 'STORE_UNWRITABLE');
    } finally {
      chmodSync(state, 0o755);
    }
    expect([readdirSync(state), readFileSync(stateFileOf(directory)).equals(before)]).toEqual([['state.sqlite'], true]);
    expect(begunItems(directory)).toHaveLength(count);
    const shown = await cli(['show', 'task', '--project', directory]);
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(outputOf(await cli(['run', directory, '--input', '[7]', '--quiet']))).toEqual([7]);
  });
});
