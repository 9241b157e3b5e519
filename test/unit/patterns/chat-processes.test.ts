import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { beforeEach, expect, it } from 'vitest';
import { chat } from '../../../src/patterns/index.ts';
import { told, type ToldReply } from '../../support/pattern-engine.ts';
import { temporaryDirectory } from '../../support/project-fixture.ts';

const script = path.resolve(import.meta.dirname, '../../support/chat-process.ts');
const run = promisify(execFile);

const replies: readonly ToldReply[] = [
  { match: 'Ada[^]*hurry[^]*Well\\?', reply: 'Well, Ada.' },
  { match: 'hurry', call: 1, tool_calls: [{ tool: 'look', arguments: {} }] },
  { match: 'Ada[^]*hurry', reply: 'Run, Ada.' },
  { reply: 'Hello.' },
];

/** Hangs until there is a file, as a service does that is down. */
const look = `
import { existsSync } from 'node:fs';
export default () => (existsSync(new URL('up', import.meta.url)) ? {} : new Promise(() => setInterval(() => {}, 1000)));
`;

let directory = '';

beforeEach(() => {
  directory = temporaryDirectory();
  const files = {
    ...chat({
      model: told,
      assistant: { prompt: 'Answer.', tools: ['look'] },
      tools: { look: { type: 'module', module: './tools/look.js', capabilities: ['deterministic_safe'] } },
    }),
    'told.yaml': JSON.stringify({ replies }),
    'tools/look.js': look,
  };
  mkdirSync(path.join(directory, 'tools'));
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(directory, file), text);
});

/** The turns that a process printed. */
async function turnsOf(conversation: string, ...message: string[]): Promise<readonly unknown[]> {
  const { stdout } = await run(process.execPath, [script, directory, conversation, ...message]);
  const lines = stdout.split('\n').filter((line) => line.startsWith('['));
  return lines.map((line): unknown => JSON.parse(line));
}

/** Sends a message in a process that is killed while a tool is at work on it. */
async function sendAndDie(message: string): Promise<void> {
  const child = spawn(process.execPath, [script, directory, 'ada', message], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'at work') child.kill('SIGKILL');
  }
  expect(await ended).toBe('SIGKILL');
}

it('goes on in the next process, which answers what a killed one left unanswered', async () => {
  expect(await turnsOf('ada', 'I am Ada.')).toEqual([['I am Ada.', 'Hello.', 'completed']]);
  await sendAndDie('I am in a hurry.');
  writeFileSync(path.join(directory, 'tools/up'), '');
  expect(await turnsOf('ben')).toEqual([]);
  expect(await turnsOf('ada')).toEqual([['I am in a hurry.', 'Run, Ada.', 'completed']]);
  expect(await turnsOf('ada')).toEqual([]);
  expect(await turnsOf('ada', 'Well?')).toEqual([['Well?', 'Well, Ada.', 'completed']]);
});

it('answers what was left unanswered before the next message', async () => {
  await sendAndDie('I am Ada, in a hurry.');
  writeFileSync(path.join(directory, 'tools/up'), '');
  expect(await turnsOf('ada', 'Well?')).toEqual([['Well?', 'Well, Ada.', 'completed']]);
});
