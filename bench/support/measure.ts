/** Processor time and wall time of one run, per unit of work, in microseconds. */
export interface Cost {
  readonly cpuUs: number;
  readonly wallUs: number;
}

/** Runs are repeated until one takes this long, so that the clock's own grain does not count. */
const shortestRunMs = 60;

/** Nothing is repeated for longer than this; what is slow is measured less often. */
const longestMeasureMs = 6_000;

/** The median of several runs by processor time, after those that make the code warm. */
export async function measure(units: number, run: () => Promise<void> | void, runs = 7): Promise<Cost> {
  const repeat = await warmUp(run);
  const costs: Cost[] = [];
  const started = performance.now();
  while (costs.length < runs && (costs.length < 3 || performance.now() - started < longestMeasureMs)) {
    globalThis.gc?.();
    costs.push(
      await costOf(repeat * units, async () => {
        for (let count = 0; count < repeat; count += 1) await run();
      }),
    );
  }
  return medianOf(costs);
}

/** Runs until the code is warm, and says how many runs are long enough to be measured as one. */
async function warmUp(run: () => Promise<void> | void): Promise<number> {
  const started = performance.now();
  let fastestMs = Infinity;
  do {
    const before = performance.now();
    await run();
    fastestMs = Math.min(fastestMs, performance.now() - before);
  } while (performance.now() - started < 4 * shortestRunMs);
  return Math.max(1, Math.ceil(shortestRunMs / Math.max(fastestMs, 0.001)));
}

export async function costOf(units: number, run: () => Promise<unknown>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  await run();
  const wallUs = (performance.now() - wall) * 1_000;
  const spent = process.cpuUsage(cpu);
  return { cpuUs: (spent.user + spent.system) / units, wallUs: wallUs / units };
}

export function medianOf(costs: readonly Cost[]): Cost {
  const sorted = [...costs].toSorted((one, other) => one.cpuUs - other.cpuUs);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('No run was measured.');
  return middle;
}
