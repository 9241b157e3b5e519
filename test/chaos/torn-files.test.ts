import { cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, appendFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { begunKeys, live, readFinished, resultsIn, runUndisturbed, writeChaosProject } from '../support/chaos-lives.ts';
import { stateFileOf } from '../support/local-engine.ts';
import { temporaryDirectory } from '../support/project-fixture.ts';
import { temporaryDirectory as directoryOfAll } from '../e2e/project.ts';

/* What a power cut or a bad disk leaves of the files of a process that was killed in the middle of its work. */

const length = 6;
const killed = directoryOfAll();
const calm = directoryOfAll();
let undisturbed: readonly object[] = [];

beforeAll(async () => {
  writeChaosProject(killed, length);
  const { end } = await live(killed, length, { afterStarts: 40, delayMs: 3 });
  if (end !== 'SIGKILL') throw new Error('The process came to its end.');
  undisturbed = (await runUndisturbed(calm, length)).results;
}, 60_000);

/** Of the -wal file: its header, and a page with what stands before it. */
const headerBytes = 32;
const frameBytes = 24 + 4096;

const files = (directory: string): { state: string; wal: string; shm: string } => {
  const state = stateFileOf(directory);
  return { state, wal: `${state}-wal`, shm: `${state}-shm` };
};
const randomBytes = (length_: number): Buffer =>
  Buffer.from(fc.sample(fc.uint8Array({ minLength: length_, maxLength: length_ }), { seed: 1, numRuns: 1 })[0] ?? []);

function damaged(damage: (directory: string) => void): string {
  const directory = path.join(temporaryDirectory(), 'project');
  cpSync(killed, directory, { recursive: true });
  damage(directory);
  return directory;
}

/** Ends a -wal file in the middle of a page. */
function cut(directory: string, share: number): void {
  const { wal } = files(directory);
  truncateSync(wal, Math.floor(statSync(wal).size * share) + 1_001);
}

/** Tools forget what the state file forgot: attempts that are made again may have other keys, and are first ones again. */
function forgetEffects(directory: string, known: ReadonlySet<string>): void {
  const kept = begunKeys(directory).filter((key) => known.has(key));
  writeFileSync(path.join(directory, 'effects'), kept.map((key) => `${key}\n`).join(''));
}

/** All tasks are carried on from what is left, and come to the same as if nothing had been. */
async function expectRightEnds(directory: string): Promise<void> {
  expect(await live(directory, length)).toMatchObject({ end: 0, stderr: '' });
  expect(await resultsIn(directory, length)).toEqual(undisturbed);
}

describe('nothing is lost', () => {
  it.each<[string, (directory: string) => void]>([
    [
      'when a page was half written that nobody was told of',
      (directory) => {
        const { wal } = files(directory);
        const content = readFileSync(wal);
        appendFileSync(wal, content.subarray(headerBytes, headerBytes + frameBytes / 2));
      },
    ],
    ['when zeros follow the last page', (directory) => appendFileSync(files(directory).wal, Buffer.alloc(9_000))],
    [
      'when garbage follows the last page',
      (directory) => appendFileSync(files(directory).wal, randomBytes(2 * frameBytes)),
    ],
    [
      'when garbage stands in the file that is shared',
      (directory) => {
        const { shm } = files(directory);
        writeFileSync(shm, randomBytes(statSync(shm).size));
      },
    ],
    ['when the file that is shared is gone', (directory) => rmSync(files(directory).shm)],
    ['when zeros follow the state file', (directory) => appendFileSync(files(directory).state, Buffer.alloc(6_000))],
  ])('%s', async (_, damage) => {
    const directory = damaged(damage);
    expect(readFinished(directory)).toEqual(readFinished(killed));
    await expectRightEnds(directory);
  });
});

describe('what is left is a moment of the past, and the tasks go on from there', () => {
  it.each<[string, (directory: string) => void]>([
    ['when half of the last pages is gone', (directory) => cut(directory, 0.5)],
    ['when a few of the last pages are gone', (directory) => cut(directory, 0.9)],
    [
      'when the last pages are zeros',
      (directory) => {
        const { wal } = files(directory);
        const { size } = statSync(wal);
        cut(directory, 0.7);
        truncateSync(wal, size);
      },
    ],
    [
      'when garbage stands in a page',
      (directory) => {
        const { wal } = files(directory);
        const content = readFileSync(wal);
        randomBytes(500).copy(content, Math.floor(content.length * 0.6));
        writeFileSync(wal, content);
      },
    ],
  ])('%s', async (_, damage) => {
    const directory = damaged(damage);
    const [before, after] = [readFinished(killed), readFinished(directory)];
    expect(after.keys.size).toBeLessThan(before.keys.size);
    expect([...after.keys].filter((key) => !before.keys.has(key))).toEqual([]);
    forgetEffects(directory, after.keys);
    await expectRightEnds(directory);
  });
});
