import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inherited, repository, type Ended } from '../e2e/cli-process.ts';
import { temporaryDirectory } from '../e2e/project.ts';
import {
  begunItems,
  expectClearError,
  itemsInFlight,
  itemsUpTo,
  outputOf,
  writeItemsProject,
} from '../support/items-project.ts';
import { isExhaustive } from '../support/property-settings.ts';

/* A disk that is full: a file system of a few pages, mounted where only the shell of the test sees it. */

const count = 60;
const room = temporaryDirectory();
const ways = [
  ['unshare', '--mount'],
  ['unshare', '--map-root-user', '--mount'],
] as const;

/** How a shell gets file systems of its own here; nothing where that is not allowed. */
function wayToMount(): readonly [string, ...string[]] | undefined {
  return ways.find(([command, ...words]) => {
    const place = mkdtempSync(path.join(tmpdir(), 'agent-engine-mount-'));
    try {
      execFileSync(command, [...words, 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', place], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  });
}

const way = wayToMount();

interface Step {
  /** The size of the disk from here on. */
  readonly size: string;
  readonly words: readonly string[];
}

/** Runs commands of the command line program one after the other, while `.agent-engine` of a project is a disk. */
async function onSmallDisk(project: string, steps: readonly Step[]): Promise<readonly Ended[]> {
  const state = path.join(project, '.agent-engine');
  mkdirSync(state);
  const [command = '', ...words] = way ?? [];
  const shell = spawn(command, [...words, 'sh', '-s'], { env: inherited, stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => {
    shell.once('close', resolve);
  });
  const program = [process.execPath, path.join(repository, 'bin/agent-engine.js')];
  const lines = steps.flatMap(({ size, words: rest }, at) => [
    `mount -t tmpfs -o ${at === 0 ? '' : 'remount,'}size=${size} none ${quoted(state)}`,
    `${[...program, ...rest].map((word) => quoted(word)).join(' ')} >${quoted(`${project}.out`)} 2>${quoted(`${project}.err`)}`,
    `${quoted(process.execPath)} -e ${quoted(reporter)} $? ${quoted(project)}`,
  ]);
  shell.stdin.end(`${lines.join('\n')}\n`);
  let printed = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await closed;
  return printed
    .trim()
    .split('\n')
    .map((line) => End.parse(JSON.parse(line)));
}

const End = z.object({ code: z.number(), signal: z.null(), stdout: z.string(), stderr: z.string() });

const reporter = `const [code, project] = process.argv.slice(1);
  const [stdout, stderr] = ['out', 'err'].map((end) => fs.readFileSync(project + '.' + end, 'utf8'));
  console.log(JSON.stringify({ code: Number(code), signal: null, stdout, stderr }));`;

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

// A small disk has to be mounted for it, which takes Linux with namespaces of users, or root.
describe.runIf(way !== undefined)('a disk that is full', () => {
  it.each(isExhaustive ? ['200k', '300k', '400k', '500k', '600k', '700k'] : ['500k'])(
    'stops a task with a clear error at %s, and costs no finished stage once there is room',
    { timeout: 60_000 },
    async (size) => {
      const project = writeItemsProject(path.join(room, `full ${size}`));
      const resume = ['resume', 'task', '--project', project, '--quiet'];
      const [first, second, shown, last] = await onSmallDisk(project, [
        { size, words: ['run', project, '--input', itemsUpTo(count), '--id', 'task', '--quiet'] },
        { size, words: resume },
        { size, words: ['tasks', '--project', project] },
        { size: '50m', words: resume },
      ]);
      for (const end of [first, second]) expectClearError(end, 'STORE_UNWRITABLE');
      expect(shown?.stdout).toMatch(/^task +(?:interrupted|pending) /mu);
      expect(outputOf(last)).toEqual(JSON.parse(itemsUpTo(count)));
      const begun = begunItems(project);
      expect(new Set(begun).size).toBe(count);
      expect(begun.length).toBeGreaterThanOrEqual(count);
      expect(begun.length - count).toBeLessThanOrEqual(2 * itemsInFlight);
    },
  );

  it.each(isExhaustive ? ['4k', '8k', '16k', '32k', '60k', '100k'] : ['16k', '60k'])(
    'that has no room for a state file of %s is told before a stage begins',
    async (size) => {
      const project = writeItemsProject(path.join(room, `tiny ${size}`));
      const run = ['run', project, '--input', itemsUpTo(3), '--id', 'task', '--quiet'];
      const [tried, again] = await onSmallDisk(project, [
        { size, words: run },
        { size: '50m', words: run },
      ]);
      expectClearError(tried, 'STORE_UNWRITABLE');
      expect(outputOf(again)).toEqual([0, 1, 2]);
      expect(begunItems(project)).toHaveLength(3);
    },
  );
});
