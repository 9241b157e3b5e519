/** Processor time and wall time of one run, per unit of work, in microseconds. */
export interface Cost {
  readonly cpuUs: number;
  readonly wallUs: number;
}

/** The median of several runs by processor time, after one that is not counted. */
export async function measure(units: number, run: () => Promise<void> | void, runs = 7): Promise<Cost> {
  const costs: Cost[] = [];
  for (let count = 0; count <= runs; count += 1) {
    globalThis.gc?.();
    const cpu = process.cpuUsage();
    const wall = performance.now();
    await run();
    const spent = process.cpuUsage(cpu);
    if (count > 0)
      costs.push({ cpuUs: (spent.user + spent.system) / units, wallUs: ((performance.now() - wall) * 1_000) / units });
  }
  costs.sort((one, other) => one.cpuUs - other.cpuUs);
  const middle = costs[Math.floor(costs.length / 2)];
  if (middle === undefined) throw new Error('No run was measured.');
  return middle;
}

/** A table for the terminal. */
export function table(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const keys = Object.keys(first);
  const cells = [keys, ...rows.map((row) => keys.map((key) => String(row[key] ?? '')))];
  const widths = keys.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')).join('\n');
}
