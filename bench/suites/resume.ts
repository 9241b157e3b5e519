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
    perStage: 'CPU µs per stage of the task',
    open: 'of these, CPU ms to open the engine',
    coldWall: 'the first of a process: wall ms',
    coldCpu: 'the first of a process: CPU ms',
  },
  cases: { 'Agent Engine, process': { measure: resumed } },
};

interface Resumed {
  readonly cpuUs: number;
  readonly wallUs: number;
  readonly openUs: number;
}

/** In each process the first task meets cold code, and those after it warm code. */
async function resumed(setting: CaseSetting): Promise<Figures> {
  const cold: Resumed[] = [];
  const warm: Resumed[] = [];
  for (let run = 0; run < (setting.isQuick ? 1 : 3); run += 1) {
    const tasks = [];
    for (let at = 0; at < 5; at += 1) {
      const directory = path.join(setting.directory, `run${run}-${at}`);
      tasks.push({ directory, id: await interruptedTask(directory, setting.size) });
    }
    const [first, ...rest] = await resumeAll(tasks, setting.size);
    if (first !== undefined) cold.push(first);
    warm.push(...rest);
  }
  const { cpuUs, wallUs } = medianOf(warm);
  const open = medianOf(warm.map(({ openUs }) => ({ cpuUs: openUs, wallUs: 0 })));
  const first = medianOf(cold);
  return {
    wall: wallUs / 1e3,
    cpu: cpuUs / 1e3,
    perStage: cpuUs / setting.size,
    open: open.cpuUs / 1e3,
    coldWall: first.wallUs / 1e3,
    coldCpu: first.cpuUs / 1e3,
  };
}

async function resumeAll(tasks: readonly unknown[], stages: number): Promise<Resumed[]> {
  const answer = await runFresh(path.join(import.meta.dirname, '../resume-process.ts'), { tasks });
  const all = isRecord(answer) && Array.isArray(answer['resumed']) ? answer['resumed'].filter(isRecord) : [];
  if (all.length !== tasks.length || all.some((one) => one['stages'] !== stages)) {
    throw new Error(`Tasks were not resumed: ${JSON.stringify(answer)}`);
  }
  return all.map(({ cpuUs, wallUs, openUs }) => ({
    cpuUs: Number(cpuUs),
    wallUs: Number(wallUs),
    openUs: Number(openUs),
  }));
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
