import { appendFileSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Engine, type TaskResult, type ToolContext } from '../../src/index.ts';
import { chaosTasks, type ChaosTask } from './chaos-project.ts';

/*
 * A process that carries on all tasks of a chaos project, until they are over or it is killed. Each attempt of a stage
 * leaves its key in the file "effects" before it does anything. What is printed has happened: it must outlast the process.
 */

const [, , directory = '.', length = '1'] = process.argv;
const effects = path.join(directory, 'effects');
/** The first key of each stage, also of those that ran in an earlier process. */
const firstKeys = new Map<string, string>();
const say = (line: string): void => void writeSync(1, `${line}\n`);

for (const key of readFileSync(effects, 'utf8').split('\n')) noteKey(key);
say('ready');
const engine = await Engine.fromConfigDir(directory);
engine.registerTool('work', async (arguments_, { idempotencyKey }) => {
  await takeEffect(idempotencyKey);
  return { after: arguments_ };
});
engine.registerTool('flaky', async (arguments_, { idempotencyKey }: ToolContext) => {
  const isFirst = noteKey(idempotencyKey) === idempotencyKey;
  await takeEffect(idempotencyKey);
  if (isFirst) throw new Error('Not yet');
  return { after: arguments_ };
});
const known = new Set(engine.tasks().map(({ id }) => id));
await Promise.all(chaosTasks(Number(length)).map((task) => carryOut(task)));
await engine.close();

async function carryOut({ id, input }: ChaosTask): Promise<void> {
  if (!known.has(id)) await engine.createTask({ id, input });
  say(`created ${id}`);
  let result = await engine.runTask(id);
  while (result.status === 'waiting') result = await answerFirst(id);
  say(`over ${id} ${result.status}`);
}

async function answerFirst(id: string): Promise<TaskResult> {
  const [{ stage } = { stage: '' }] = engine.questions(id);
  return engine.answer(id, `an answer to ${stage}`, { stage });
}

/** Gives the first key of the stage that a key belongs to: `task/seq.node`. */
function noteKey(key: string): string {
  const stage = key.replace(/\/\d+\.(?=[^/]*$)/u, '/');
  const first = firstKeys.get(stage) ?? key;
  firstKeys.set(stage, first);
  return first;
}

/** Longer for some than for others, so that stages end in another order than they began in. */
async function takeEffect(key: string): Promise<void> {
  appendFileSync(effects, `${key}\n`);
  say(`began ${key}`);
  await delay(2 + ((key.length * 7 + key.charCodeAt(key.length - 1)) % 12));
}
