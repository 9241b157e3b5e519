import path from 'node:path';
import { Engine } from '../../src/index.ts';
import { writeProject } from '../subjects/engine.ts';
import { measure } from '../support/measure.ts';
import type { CaseSetting, Figures, Suite } from '../support/suite.ts';

/** A map over items that need nothing done: what a child task costs. */
export const map: Suite = {
  title: 'Map over items that need nothing done',
  counts: 'items',
  sizes: [100, 1_000, 10_000],
  quickSizes: [100],
  growth: [100, 1_000],
  figures: { cpu: 'CPU µs per item', wall: 'wall µs per item', heap: 'MB of heap after a run' },
  cases: {
    'Agent Engine': { measure: (setting) => measured(setting, 'memory') },
    'Agent Engine, process': { measure: (setting) => measured(setting, 'local') },
  },
};

async function measured({ size, isQuick, directory }: CaseSetting, host: 'memory' | 'local'): Promise<Figures> {
  const project = path.join(directory, 'project');
  const node = { id: 'each', type: 'map', items: '${{ input }}', node: { type: 'transform', output: 1 } };
  await writeProject(project, { nodes: [node], edges: [], durability: 'process' });
  const engine = await Engine.fromConfigDir(project, { host });
  const input = Array.from({ length: size }, (_, index) => index);
  let heap = 0;
  const run = async (): Promise<void> => {
    const { status, output } = await engine.runOne(input);
    if (status !== 'completed' || !Array.isArray(output) || output.length !== size) {
      throw new Error(`The map came to ${status}.`);
    }
    heap = Math.max(heap, process.memoryUsage().heapUsed);
  };
  const cost = await measure(size, run, isQuick ? 3 : 5);
  await engine.close();
  return { cpu: cost.cpuUs, wall: cost.wallUs, heap: heap / 1e6 };
}
