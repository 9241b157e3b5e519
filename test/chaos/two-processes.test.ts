import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { until } from '../e2e/cli-process.ts';
import {
  begunKeys,
  drawKills,
  live,
  readState,
  resultsIn,
  runUndisturbed,
  writeChaosProject,
} from '../support/chaos-lives.ts';
import { stateFileOf } from '../support/local-engine.ts';
import { temporaryDirectory } from '../support/project-fixture.ts';
import { isExhaustive } from '../support/property-settings.ts';

const length = 12;

it('two processes that both try all tasks run each of their stages once', { timeout: 120_000 }, async () => {
  const undisturbed = await runUndisturbed(temporaryDirectory(), length);
  const directory = writeChaosProject(temporaryDirectory(), length);
  writeFileSync(path.join(directory, 'together'), '');
  const lives = await Promise.all([live(directory, length), live(directory, length)]);
  expect(lives.map(({ end, stderr }) => [end, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  expect(lives.map(({ said }) => said.some((line) => line.startsWith('began')))).toEqual([true, true]);
  expect(await resultsIn(directory, length)).toEqual(undisturbed.results);
  const begun = begunKeys(directory);
  expect([begun.length, new Set(begun).size]).toEqual([undisturbed.begun.length, undisturbed.begun.length]);
});

it('a process takes over what another one held that was killed, and nothing more', { timeout: 600_000 }, async () => {
  const undisturbed = await runUndisturbed(temporaryDirectory(), length);
  const directory = writeChaosProject(temporaryDirectory(), length);
  const steady = live(directory, length);
  await until('the state file is there', () => existsSync(stateFileOf(directory)));
  const faults: string[] = [];
  for (const kill of drawKills(2, isExhaustive ? 40 : 2)) {
    const { keys } = readState(stateFileOf(directory));
    const before = begunKeys(directory).length;
    const { stderr } = await live(directory, length, kill);
    faults.push(
      ...begunKeys(directory)
        .slice(before)
        .filter((key) => keys.has(key)),
      ...(stderr === '' ? [] : [stderr]),
    );
  }
  expect([await steady, faults]).toMatchObject([{ end: 0, stderr: '' }, []]);
  expect(await resultsIn(directory, length)).toEqual(undisturbed.results);
  expect(new Set(begunKeys(directory)).size).toBe(undisturbed.begun.length);
});
