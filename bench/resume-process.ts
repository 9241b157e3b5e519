import { defineTool, Engine } from '../src/index.ts';
import { answer, readOrder } from './support/fresh-process.ts';
import { isRecord } from './support/peer.ts';

/** Takes up a task of an earlier process, and says how long it was until its first new stage. */
const order = readOrder();
if (!isRecord(order)) throw new Error('Started without an order.');
const started = performance.now();
const cpu = process.cpuUsage();
const engine = await Engine.fromConfigDir(String(order['directory']), { host: 'local' });
const openUs = totalOf(process.cpuUsage(cpu));
const first = Promise.withResolvers<{ cpuUs: number; wallUs: number }>();
const run = (): string => {
  first.resolve({ cpuUs: totalOf(process.cpuUsage(cpu)), wallUs: (performance.now() - started) * 1_000 });
  return 'done';
};
engine.registerTool('work', defineTool({ capabilities: ['deterministic_safe'], run }));
const { status, trace } = await engine.resumeTask(String(order['id']));
if (status !== 'completed') throw new Error(`The task came to ${status}.`);
await engine.close();
answer({ openUs, ...(await first.promise), stages: trace.filter((stage) => stage.status === 'done').length });

function totalOf({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
