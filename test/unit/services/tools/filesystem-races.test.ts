import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import type { ToolOutcome, ToolRuntime } from '../../../../src/services/tools/index.ts';
import { createToolProject, toolCall, type ToolProject } from './tool-project.ts';

/* A process swaps what a tool is about to open for a link to the outside, thousands of times, while the tool is at work. */

let project: ToolProject;
let children: ChildProcess[];

beforeEach(() => {
  project = createToolProject();
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await project.remove();
});

const tools = {
  read: { type: 'filesystem.read_file', root: './work' },
  search: { type: 'filesystem.search', root: './work' },
  list: { type: 'filesystem.list', root: './work' },
  write: { type: 'filesystem.write_file', root: './work' },
  patch: { type: 'filesystem.patch', root: './work' },
  late: { type: 'filesystem.write_file', root: './work/src/late/root' },
} as const satisfies Record<string, ToolSpec>;

const leastSwaps = 2_000;
const leastCalls = 200;

/** Calls a tool again and again while another process swaps a place; gives all outcomes. */
async function race(
  place: string,
  target: string,
  call: (runtime: ToolRuntime, count: number) => Promise<ToolOutcome>,
): Promise<readonly ToolOutcome[]> {
  const runtime = await project.runtime({ tools });
  const program = path.join(import.meta.dirname, '../../../support/swap-process.ts');
  const child = fork(program, [project.path(place), target], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  children.push(child);
  const progress = { swaps: 0 };
  child.on('message', (total) => {
    progress.swaps = Number(total);
  });
  await once(child, 'message');
  const outcomes: ToolOutcome[] = [];
  while (progress.swaps < leastSwaps || outcomes.length < leastCalls) {
    expect(child.exitCode).toBeNull();
    outcomes.push(await call(runtime, outcomes.length));
  }
  return outcomes;
}

const textsOf = (outcomes: readonly ToolOutcome[]): string =>
  outcomes.map((outcome) => JSON.stringify(outcome)).join('\n');

it.each([
  ['a directory on the way', 'work/src', ''],
  ['the file', 'work/src/secret.txt', 'secret.txt'],
])('reads nothing outside while %s is swapped for a link', { timeout: 120_000 }, async (_, place, target) => {
  project.write('work/src/secret.txt', 'harmless');
  const calls = [
    ['read', { path: 'src/secret.txt' }],
    ['search', { pattern: 'secret', path: 'src' }],
    ['search', { pattern: 'e' }],
    ['list', { path: 'src' }],
  ] as const;
  mkdirSync(path.join(project.outside, 'only-outside'));
  const outcomes = await race(place, path.join(project.outside, target), async (runtime, count) => {
    const [tool, arguments_] = calls[count % calls.length] ?? calls[0];
    return await runtime.call(toolCall(tool, arguments_));
  });
  const told = textsOf(outcomes);
  expect([told.includes('"text":"secret"'), told.includes('only-outside')]).toEqual([false, false]);
  expect(outcomes.some(({ ok }) => ok)).toBe(true);
});

it.each([
  ['a directory on the way', 'work/src', ''],
  ['the file', 'work/src/secret.txt', 'secret.txt'],
])('writes nothing outside while %s is swapped for a link', { timeout: 120_000 }, async (_, place, target) => {
  project.write('work/src/secret.txt', 'harmless');
  const edits = [
    { search: 'e', replace: 'e', all: true },
    { search: 's', replace: 'S', all: true },
  ];
  const outcomes = await race(place, path.join(project.outside, target), async (runtime, count) => {
    const calls = [
      toolCall('write', { path: 'src/secret.txt', text: `harmless ${count}` }),
      toolCall('write', { path: `src/new-${count % 7}/deep/a.txt`, text: 'new' }),
      toolCall('patch', { path: 'src/secret.txt', edits }),
      toolCall('late', { path: 'a.txt', text: 'late' }),
    ];
    return await runtime.call(calls[count % calls.length] ?? toolCall('write', {}));
  });
  expect([readdirSync(project.outside), readFileSync(`${project.outside}/secret.txt`, 'utf8')]).toEqual([
    ['secret.txt'],
    'secret',
  ]);
  expect(outcomes.some(({ ok }) => ok)).toBe(true);
  expect(existsSync(path.join(project.outside, 'late'))).toBe(false);
});
