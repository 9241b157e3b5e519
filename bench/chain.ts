import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Engine } from '../src/index.ts';
import { measure, table } from './measure.ts';

const sizes = [10, 100, 1_000];

/** Stages run at each size, so that short chains are measured as long as long ones. */
const stagesPerRun = 10_000;

/** A chain of transforms that do nothing, in memory, against the same number of awaited no-ops. */
export async function chain(): Promise<string> {
  const rows: Record<string, string | number>[] = [];
  for (const size of sizes) {
    for (const listens of [false, true]) rows.push(await chainRow(size, listens));
  }
  return `chain of no-op transforms, memory host (CPU and wall in µs a stage)\n${table(rows)}`;
}

async function chainRow(size: number, listens: boolean): Promise<Record<string, string | number>> {
  const directory = await chainProject(size);
  const engine = await Engine.fromConfigDir(directory, { host: 'memory' });
  let events = 0;
  const subscription = listens ? engine.events$.subscribe(() => (events += 1)) : undefined;
  const tasks = stagesPerRun / size;
  const ours = await measure(size * tasks, async () => {
    for (let count = 0; count < tasks; count += 1) {
      const result = await engine.runOne(null);
      if (result.status !== 'completed' || result.trace.length !== size) throw new Error('The chain did not complete.');
    }
  });
  const bare = await measure(size * tasks, () => bareLoop(size * tasks));
  subscription?.unsubscribe();
  await engine.close();
  await rm(directory, { recursive: true, force: true });
  return {
    stages: size,
    events: listens ? 'one subscriber' : 'none',
    cpu: ours.cpuUs.toFixed(1),
    wall: ours.wallUs.toFixed(1),
    'bare loop': bare.cpuUs.toFixed(2),
    ratio: Math.round(ours.cpuUs / bare.cpuUs),
  };
}

async function bareLoop(stages: number): Promise<void> {
  for (let count = 0; count < stages; count += 1) await Promise.resolve(count);
}

/** A project directory with a chain of transforms. */
async function chainProject(size: number): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'agent-engine-bench-'));
  const nodes = Array.from({ length: size }, (_, at) => ({ id: `s${at}`, type: 'transform', output: at }));
  const edges = nodes.slice(1).map(({ id }, at) => ({ from: `s${at}`, to: id }));
  await writeFile(path.join(directory, 'workflow.json'), JSON.stringify({ workflow: { id: 'chain', nodes, edges } }));
  return directory;
}
