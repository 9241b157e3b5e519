import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Engine } from '../../src/index.ts';
import { manifestsOf, registerWork, writeProject } from '../subjects/engine.ts';
import { runFresh } from '../support/fresh-process.ts';
import { medianOf } from '../support/measure.ts';
import { isRecord } from '../support/peer.ts';
import type { CaseSetting, Figures, Suite } from '../support/suite.ts';
import { createWork } from '../support/workload.ts';

export const resume: Suite = {
  title: 'A new process takes up a task whose stages are done but for the last one',
  counts: 'stages',
  sizes: [10, 100, 1_000],
  quickSizes: [10, 100],
  growth: [100, 1_000],
  figures: {
    wall: 'wall ms from opening to the first new stage',
    cpu: 'CPU ms from opening to the first new stage',
    open: 'of these, CPU ms to open the engine',
    perStage: 'CPU µs from opening to the first new stage, per stage',
  },
  cases: { 'Agent Engine, process': { measure: resumed } },
};

async function resumed(setting: CaseSetting): Promise<Figures> {
  const costs = [];
  const opens = [];
  for (let run = 0; run < (setting.isQuick ? 3 : 5); run += 1) {
    const directory = path.join(setting.directory, `run${run}`);
    const id = await interruptedTask(directory, setting.size);
    const figures = await runFresh(path.join(import.meta.dirname, '../resume-process.ts'), { directory, id });
    if (!isRecord(figures) || figures['stages'] !== setting.size) {
      throw new Error(`The task was not resumed: ${JSON.stringify(figures)}`);
    }
    costs.push({ cpuUs: Number(figures['cpuUs']), wallUs: Number(figures['wallUs']) });
    opens.push({ cpuUs: Number(figures['openUs']), wallUs: 0 });
  }
  const { cpuUs, wallUs } = medianOf(costs);
  return { wall: wallUs / 1e3, cpu: cpuUs / 1e3, open: medianOf(opens).cpuUs / 1e3, perStage: cpuUs / setting.size };
}

/** A task whose engine was closed while its last stage, a function of the program, was at work. */
async function interruptedTask(directory: string, size: number): Promise<string> {
  await mkdir(directory, { recursive: true });
  const shape = { kind: 'chain', size, text: { bytes: 1_000, isCarried: false } } as const;
  const work = createWork(shape);
  const { nodes, edges } = manifestsOf({ shape, work }, 'transform');
  const last = { id: `s${size - 1}`, type: 'tool', tool: 'work', arguments: { at: size - 1 } };
  await writeProject(directory, {
    nodes: [...nodes.slice(0, -1), last],
    edges,
    tools: { work: { type: 'registered' } },
    durability: 'process',
  });
  const engine = await Engine.fromConfigDir(directory, { host: 'local' });
  const reached = Promise.withResolvers<void>();
  const never = Promise.withResolvers<void>();
  registerWork(engine, {
    ...work,
    async run() {
      reached.resolve();
      await never.promise;
    },
  });
  const { id } = await engine.createTask({ input: 0 });
  const running = engine.runTask(id);
  await Promise.race([reached.promise, running]);
  await engine.close();
  await Promise.allSettled([running]);
  return id;
}
