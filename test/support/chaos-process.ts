import { appendFileSync, existsSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Engine, isEngineError, type TaskResult, type ToolContext } from '../../src/index.ts';
import { overStatuses } from '../../src/services/index.ts';
import { chaosTasks, type ChaosTask } from './chaos-project.ts';

/*
 * A process that carries on all tasks of a chaos project, until they are over or it is killed. Each attempt of a stage
 * leaves its key in the file "effects" before it does anything. What is printed has happened: it must outlast the process.
 */

const [, , directory = '.', length = '1'] = process.argv;
const effects = path.join(directory, 'effects');
/** The first key of each stage, also of those that ran in an earlier process. */
const firstKeys = new Map<string, string>();
/** Another process may be at work on the same tasks: what it has got is left to it. */
const busyCodes = new Set(['TASK_BUSY', 'TASK_ALREADY_EXISTS', 'TASK_NOT_WAITING', 'TASK_ALREADY_OVER']);
const over: ReadonlySet<string> = new Set(overStatuses);
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
await untilBothAreThere(path.join(directory, 'together'));
await Promise.all(chaosTasks(Number(length)).map((task) => carryOut(task)));
await engine.close();

/** Where there is the file, two processes are to begin at the same moment, however long each takes to be loaded. */
async function untilBothAreThere(file: string): Promise<void> {
  if (!existsSync(file)) return;
  appendFileSync(file, '.');
  while (readFileSync(file, 'utf8').length < 2) await delay(1);
}

async function carryOut({ id, input }: ChaosTask): Promise<void> {
  for (let known = engine.tasks({ search: id }).some((task) => task.id === id), isOver = false; !isOver;) {
    try {
      if (!known) await engine.createTask({ id, input });
      known = true;
      say(`created ${id}`);
      let result = await engine.runTask(id);
      while (result.status === 'waiting') result = await answerFirst(id);
      isOver = over.has(result.status);
      if (isOver) say(`over ${id} ${result.status}`);
    } catch (error) {
      if (!isEngineError(error) || !busyCodes.has(error.code)) throw error;
      known = true;
      await delay(20);
    }
  }
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
