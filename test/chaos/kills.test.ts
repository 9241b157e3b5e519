import { expect, it } from 'vitest';
import {
  begunKeys,
  drawKills,
  live,
  readFinished,
  resultsIn,
  runUndisturbed,
  writeChaosProject,
  type Kill,
  type Life,
} from '../support/chaos-lives.ts';
import { placesAtATime, taskCount } from '../support/chaos-project.ts';
import { temporaryDirectory } from '../support/project-fixture.ts';
import { isExhaustive } from '../support/property-settings.ts';

/** As many stages as no row of kills gets through. */
const { count, length } = isExhaustive ? { count: 220, length: 110 } : { count: 40, length: 24 };
/** Attempts that are at work, and as many that have just ended: a place is free a moment before the result is written. */
const inFlight = 2 * placesAtATime;
/** CHAOS_SEED tries others; how far a process comes before its end depends on the machine, too. */
const seed = Number(process.env['CHAOS_SEED'] ?? 1);

interface Disturbed {
  readonly kills: number;
  /** What a process began although its result was in the journal, or did not know although it had been printed. */
  readonly faults: readonly string[];
}

async function runKilled(directory: string, kills: readonly Kill[]): Promise<Disturbed> {
  const faults: string[] = [];
  const printed = new Set<string>();
  let done = 0;
  let before = 0;
  for (const kill of [...kills, undefined]) {
    const { keys, statuses } = readFinished(directory);
    for (const line of printed) if (!isKept(line, statuses)) faults.push(`lost: ${line}`);
    const life = await live(directory, length, kill);
    const begun = begunKeys(directory);
    faults.push(...faultsOfStarts(begun.slice(before), keys));
    before = begun.length;
    for (const line of life.said) if (/^(?:created|over)/u.test(line)) printed.add(line);
    if (life.end === 'SIGKILL') done += 1;
    faults.push(...faultsOf(life));
  }
  return { kills: done, faults };
}

function isKept(line: string, statuses: ReadonlyMap<string, string>): boolean {
  const [what = '', id = '', status = ''] = line.split(' ');
  return what === 'over' ? statuses.get(id) === status : statuses.has(id);
}

function faultsOfStarts(begun: readonly string[], finished: ReadonlySet<string>): readonly string[] {
  const again = begun.filter((key) => finished.has(key)).map((key) => `began although it was finished: ${key}`);
  const twice = begun.filter((key, at) => begun.indexOf(key) < at).map((key) => `began twice in one process: ${key}`);
  return [...again, ...twice];
}

function faultsOf({ end, stderr }: Life): readonly string[] {
  return [...(end === 0 || end === 'SIGKILL' ? [] : [`ended with ${end}`]), ...(stderr === '' ? [] : [stderr])];
}

it(
  `${count} kills at moments of seed ${seed} change no result and cost no finished stage`,
  { timeout: 1_800_000 },
  async () => {
    const undisturbed = await runUndisturbed(temporaryDirectory(), length);
    const directory = writeChaosProject(temporaryDirectory(), length);
    const { kills, faults } = await runKilled(directory, drawKills(seed, count));
    expect({ kills, faults }).toEqual({ kills: count, faults: [] });
    const results = await resultsIn(directory, length);
    expect(results).toHaveLength(taskCount);
    expect(results).toEqual(undisturbed.results);
    const begun = begunKeys(directory);
    expect(new Set(begun).size).toBe(undisturbed.begun.length);
    expect(begun.length - undisturbed.begun.length).toBeLessThanOrEqual(kills * inFlight);
  },
);
