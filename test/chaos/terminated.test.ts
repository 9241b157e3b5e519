import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cli, stackPattern, startCli, until, type Ended } from '../e2e/cli-process.ts';
import { temporaryDirectory } from '../e2e/project.ts';
import { readState } from '../support/chaos-lives.ts';
import { begunItems, itemsInFlight, itemsUpTo, outputOf, writeItemsProject } from '../support/items-project.ts';
import { stateFileOf } from '../support/local-engine.ts';
import { isExhaustive } from '../support/property-settings.ts';

const terminations = isExhaustive ? 30 : 4;
const seed = Number(process.env['CHAOS_SEED'] ?? 1);
/** More than all processes that are stopped get through. */
const count = terminations * 100;
const room = temporaryDirectory();

/** Stops a command with SIGTERM once so many more items have begun. */
async function terminateAfter(project: string, words: readonly string[], starts: number): Promise<Ended> {
  const before = begunItems(project).length;
  const running = startCli(words);
  await until('items have begun', () => begunItems(project).length >= before + starts);
  running.child.kill('SIGTERM');
  return running.ended;
}

it(
  `SIGTERM in a storm of writes costs no finished stage, ${terminations} times by seed ${seed}`,
  { timeout: 300_000 },
  async () => {
    const project = writeItemsProject(path.join(room, 'project'));
    const ends: Ended[] = [];
    const again: string[] = [];
    for (const starts of fc.sample(fc.integer({ min: 1, max: 60 }), { seed, numRuns: terminations })) {
      const finished = ends.length === 0 ? new Set<string>() : readState(stateFileOf(project)).keys;
      const before = begunItems(project).length;
      const words =
        ends.length === 0
          ? ['run', project, '--input', itemsUpTo(count), '--id', 'task']
          : ['resume', 'task', '--project', project];
      ends.push(await terminateAfter(project, words, starts));
      again.push(
        ...begunItems(project)
          .slice(before)
          .filter((key) => finished.has(key)),
      );
    }
    for (const { code, stdout, stderr } of ends) {
      expect([code, stdout]).toEqual([130, '']);
      expect(stderr).toMatch(/Stopped\. What was at work begins again with: .+ resume task --project \S+\n$/u);
      expect(stderr).not.toMatch(stackPattern);
    }
    expect(outputOf(await cli(['resume', 'task', '--project', project, '--quiet']))).toEqual(
      JSON.parse(itemsUpTo(count)),
    );
    const begun = begunItems(project);
    expect([again, new Set(begun).size]).toEqual([[], count]);
    expect(begun.length - count).toBeLessThanOrEqual(terminations * itemsInFlight);
  },
);
