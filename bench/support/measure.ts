/** Processor time and wall time of one run, per unit of work, in microseconds. */
export interface Cost {
  readonly cpuUs: number;
  readonly wallUs: number;
}

/** A measured run takes at least this much processor time, so that the clock's own grain does not count. */
const shortestRunUs = 80_000;

/** Processor time after which code is taken to be warm. On a busy machine wall time would say too little. */
const warmUs = 600_000;

/** Wall time after which neither goes on; what is slow is measured less often. */
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
  let spentUs = 0;
  let cheapestUs = Infinity;
  while (spentUs < warmUs && performance.now() - started < longestMeasureMs) {
    // Many at once where one is too short to be seen.
    const repeat = Number.isFinite(cheapestUs) ? Math.ceil(1_000 / Math.max(cheapestUs, 1)) : 1;
    const { cpuUs } = await costOf(repeat, async () => {
      for (let count = 0; count < repeat; count += 1) await run();
    });
    spentUs += cpuUs * repeat;
    cheapestUs = Math.min(cheapestUs, cpuUs);
  }
  return Math.max(1, Math.ceil(shortestRunUs / Math.max(cheapestUs, 0.1)));
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
