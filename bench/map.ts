import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Engine } from '../src/index.ts';
import { measure, table } from './measure.ts';

const sizes = [100, 1_000, 10_000];

/** Items run at each size, so that short lists are measured as long as long ones. */
const itemsPerRun = 10_000;

/** A map over items that need nothing done, in memory and on disk: what a child task costs. */
export async function map(): Promise<string> {
  const rows: Record<string, string | number>[] = [];
  for (const host of ['memory', 'local'] as const) {
    const before = rows.length;
    for (const size of sizes) rows.push(await mapRow(size, host));
    const [first, last] = [rows[before], rows.at(-1)];
    if (last !== undefined) last['growth'] = (Number(last['cpu']) / Number(first?.['cpu'])).toFixed(2);
  }
  return `map over no-op items (CPU and wall in µs an item; heap in MB while it runs)\n${table(rows)}`;
}

async function mapRow(size: number, host: 'memory' | 'local'): Promise<Record<string, string | number>> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'agent-engine-bench-'));
  const node = { id: 'each', type: 'map', items: '${{ input }}', node: { type: 'transform', output: 1 } };
  await writeFile(path.join(directory, 'workflow.json'), JSON.stringify({ workflow: { id: 'map', nodes: [node] } }));
  await writeFile(
    path.join(directory, 'engine.json'),
    JSON.stringify({ engine: { name: 'map', durability: 'process' } }),
  );
  const engine = await Engine.fromConfigDir(directory, { host });
  const input = Array.from({ length: size }, (_, index) => index);
  let heapBytes = 0;
  const cost = await measure(
    itemsPerRun,
    async () => {
      for (let done = 0; done < itemsPerRun; done += size) {
        const { status } = await engine.runOne(input);
        if (status !== 'completed') throw new Error(`The map came to ${status}.`);
        heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed);
      }
    },
    host === 'memory' ? 7 : 3,
  );
  await engine.close();
  await rm(directory, { recursive: true, force: true });
  return {
    host,
    items: size,
    cpu: cost.cpuUs.toFixed(1),
    wall: cost.wallUs.toFixed(1),
    heap: Math.round(heapBytes / 1e6),
    growth: '',
  };
}
