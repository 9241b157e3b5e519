import { writeSync } from 'node:fs';
import { Engine } from '../../src/index.ts';
import { createSimulatedClock } from './simulated-clock.ts';

/*
 * One engine for a day of simulated time, in a process of its own so that its heap can be measured: many tasks come and go
 * while fifty wait for an answer. Prints what it saw.
 */

const [, , directory = '.', host = 'memory', count = '0'] = process.argv;
const dayMs = 24 * 60 * 60_000;
const batch = 100;
const waiting = 50;
/** By then all code is loaded and compiled; the memory host keeps the last 1,000 that are over, which have to be there. */
const warmUp = host === 'memory' ? 1_100 : 500;

const clock = createSimulatedClock();
const engine = await Engine.fromConfigDir(directory, {
  host: host === 'memory' ? 'memory' : 'local',
  clock,
  environment: {},
});
const calls = new Map<string, number>();
engine.registerTool('work', (arguments_) => ({ worked: arguments_ }));
engine.registerTool('flaky', (_, { idempotencyKey }) => {
  const [task = ''] = idempotencyKey.split('/');
  calls.set(task, (calls.get(task) ?? 0) + 1);
  if (calls.get(task) === 1 && task.endsWith('7')) throw new Error('Not yet');
  calls.delete(task);
  return 'done';
});
let subscribed = 0;
let sunk = 0;
let open = 0;
let isComplete = false;
engine.events$.subscribe({
  next({ type }) {
    subscribed += 1;
    if (type === 'task.created') open += 1;
    if (type === 'task.completed') open -= 1;
  },
  complete: () => (isComplete = true),
});
engine.addSink({ name: 'counter', write: () => void (sunk += 1) });

const asked = Array.from({ length: waiting }, (_, at) => `asked${at}`);
await runAll(asked, true);
await runAll(names('warm', warmUp), false);
const before = await heapBytes();
const total = Number(count);
const startedAt = clock.now();
for (let at = 0; at < total; at += batch) {
  await runAll(
    names('task', batch).map((name) => `${name}.${at}`),
    false,
  );
  const target = startedAt + (dayMs * (at + batch)) / total;
  clock.advance(Math.max(0, target - clock.now()));
}
const after = await heapBytes();
const elapsedMs = clock.now() - startedAt;
const openBefore = open;
const waits = clock.waits();
const stillWaiting = engine.tasks({ status: ['waiting'] }).length;
const answered = await clock.outcomeOf(Promise.all(asked.map((id) => engine.answer(id, 'yes'))));
const statuses = [...new Set(answered.map(({ status }) => status))];
const waitsAtEnd = clock.waits();
await engine.close();
const report = { before, after, elapsedMs, openBefore, stillWaiting, statuses, waits: [...waits, ...waitsAtEnd] };
writeSync(1, JSON.stringify({ ...report, open, subscribed, unsunk: subscribed - sunk, isComplete }));

function names(prefix: string, length: number): readonly string[] {
  return Array.from({ length }, (_, at) => `${prefix}${at}`);
}

async function runAll(ids: readonly string[], asks: boolean): Promise<void> {
  for (let at = 0; at < ids.length; at += batch) {
    const some = ids.slice(at, at + batch);
    await clock.outcomeOf(Promise.all(some.map((id) => engine.runOne({ asks, text: 'x'.repeat(500) }, { id }))));
  }
}

/** What is left on the heap when nothing is at work. */
async function heapBytes(): Promise<number> {
  await clock.settle();
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await clock.settle();
  }
  return process.memoryUsage().heapUsed;
}
