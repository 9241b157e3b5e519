import { defineTool, Engine } from '../src/index.ts';
import { answer, readOrder } from './support/fresh-process.ts';
import { isRecord } from './support/peer.ts';

/** Takes up tasks of an earlier process, each with an engine of its own, and says how long it was until the first new stage. */
const order = readOrder();
const tasks = isRecord(order) && Array.isArray(order['tasks']) ? order['tasks'].filter(isRecord) : [];
const resumed = [];
for (const { directory, id } of tasks) resumed.push(await resumeTask(String(directory), String(id)));
answer({ resumed });

async function resumeTask(directory: string, id: string) {
  globalThis.gc?.();
  const wall = performance.now();
  const cpu = process.cpuUsage();
  const engine = await Engine.fromConfigDir(directory, { host: 'local' });
  const openUs = cpuUsSince(cpu);
  const first = Promise.withResolvers<{ cpuUs: number; wallUs: number }>();
  const run = (): string => {
    first.resolve({ cpuUs: cpuUsSince(cpu), wallUs: (performance.now() - wall) * 1_000 });
    return 'done';
  };
  engine.registerTool('work', defineTool({ capabilities: ['deterministic_safe'], run }));
  const { status, trace } = await engine.resumeTask(id);
  if (status !== 'completed') throw new Error(`The task came to ${status}.`);
  await engine.close();
  return { openUs, ...(await first.promise), stages: trace.filter((stage) => stage.status === 'done').length };
}

function cpuUsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
