import path from 'node:path';
import { Engine } from '../../src/index.ts';
import { agentEngine, manifestsOf, writeProject } from '../subjects/engine.ts';
import { withWorkload } from '../support/run-workload.ts';
import type { Case, CaseSetting, Figures, Suite } from '../support/suite.ts';
import { createWork, gateAt, inputOf, runChecked, type Shape, type Subject } from '../support/workload.ts';
import { casesOf, inMemory } from './peers.ts';

const shape: Shape = { kind: 'chain', size: 10 };

/** Stages that are data alone cannot wait for anything. */
const withFunctions = Object.fromEntries(
  Object.entries(inMemory).filter(([name]) => !name.startsWith('Agent Engine') || name.endsWith('tools')),
);

export const live: Suite = {
  title: 'Tasks of ten stages that all stand in the middle',
  counts: 'tasks',
  sizes: [100, 1_000],
  quickSizes: [100],
  growth: [100, 1_000],
  figures: { heap: 'bytes of heap per task' },
  cases: {
    ...casesOf(withFunctions, atWork),
    'Agent Engine, process, functions as tools': atWork(agentEngine({ stages: 'tool', keeps: 'process' })),
    'Agent Engine, waiting for an answer': { measure: (setting) => waiting(setting, 'memory') },
    'Agent Engine, process, waiting for an answer': { measure: (setting) => waiting(setting, 'local') },
  },
};

/** All tasks are at a stage whose function has not come back. */
function atWork(subject: Subject): Case {
  return {
    measure: ({ size, directory }) =>
      withWorkload({ directory, shape, subject }, async (setting, workload) => {
        for (let count = 0; count < 100; count += 1) await runChecked(setting, workload);
        const { work } = setting;
        const gate = Promise.withResolvers<void>();
        work.gate = gate.promise;
        work.ran = 0;
        const before = usedBytes();
        const tasks = Array.from({ length: size }, () => workload.runTask(inputOf(shape)));
        const arrived = async (): Promise<void> => {
          while (work.waiting < size) await new Promise((resolve) => setTimeout(resolve, 5));
        };
        await Promise.race([arrived(), Promise.all(tasks)]);
        const heap = (usedBytes() - before) / size;
        gate.resolve();
        await Promise.all(tasks);
        if (work.ran !== size * shape.size) throw new Error(`${work.ran} stages ran.`);
        return { heap };
      }),
  };
}

/** All tasks rest until somebody answers. */
async function waiting({ size, directory }: CaseSetting, host: 'memory' | 'local'): Promise<Figures> {
  const project = path.join(directory, 'project');
  const manifests = manifestsOf({ shape, work: createWork(shape) }, 'transform');
  const nodes = manifests.nodes.map((node) =>
    node.id === `s${gateAt}` ? { id: node.id, type: 'feedback', question: 'Go on?' } : node,
  );
  await writeProject(project, { ...manifests, nodes, durability: 'process' });
  const engine = await Engine.fromConfigDir(project, { host });
  try {
    for (let count = 0; count < 100; count += 1) await answered(engine, await asked(engine));
    const before = usedBytes();
    const ids = await Promise.all(Array.from({ length: size }, () => asked(engine)));
    const heap = (usedBytes() - before) / size;
    for (const id of ids) await answered(engine, id);
    return { heap };
  } finally {
    await engine.close();
  }
}

async function asked(engine: Engine): Promise<string> {
  const { id } = await engine.createTask({ input: 0 });
  const { status } = await engine.runTask(id);
  if (status !== 'waiting') throw new Error(`The task came to ${status}.`);
  return id;
}

async function answered(engine: Engine, id: string): Promise<void> {
  const { status, trace } = await engine.answer(id, 'approve');
  if (status !== 'completed' || trace.length !== shape.size) throw new Error(`The answered task came to ${status}.`);
}

function usedBytes(): number {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('Heaps are measured with --expose-gc.');
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
