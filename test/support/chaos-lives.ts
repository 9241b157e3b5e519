import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { Engine, type TaskResult } from '../../src/index.ts';
import { createSqliteTaskStore, type TaskStore } from '../../src/services/index.ts';
import { chaosProject, chaosTasks } from './chaos-project.ts';
import { timeless } from './crash-project.ts';
import { inherited } from '../e2e/cli-process.ts';
import { writeProject } from './project-fixture.ts';

/** When a process is killed: so long after it began so many attempts of stages, or after it was loaded. */
export interface Kill {
  readonly afterStarts: number;
  readonly delayMs: number;
}

export function drawKills(seed: number, count: number): readonly Kill[] {
  const kill = fc.oneof(
    { weight: 5, arbitrary: fc.record({ afterStarts: fc.integer({ min: 1, max: 20 }), delayMs: fc.nat({ max: 12 }) }) },
    { weight: 1, arbitrary: fc.record({ afterStarts: fc.constant(0), delayMs: fc.nat({ max: 150 }) }) },
  );
  return fc.sample(kill, { seed, numRuns: count });
}

export interface Life {
  /** What it printed: `created`, `began` and `over`, each with what follows. */
  readonly said: readonly string[];
  readonly stderr: string;
  readonly end: number | NodeJS.Signals | null;
}

const program = path.join(import.meta.dirname, 'chaos-process.ts');

/** Runs a process on the tasks of a directory; without a kill, until they are over. */
export async function live(directory: string, length: number, kill?: Kill): Promise<Life> {
  const child = spawn(process.execPath, [program, directory, String(length)], {
    env: inherited,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const said: string[] = [];
  let starts = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    if (line.startsWith('began ')) starts += 1;
    const isDue = kill !== undefined && starts === kill.afterStarts && /^(?:began|ready)/u.test(line);
    if (isDue) void delay(kill.delayMs).then(() => child.kill('SIGKILL'));
  });
  return { end: await closed, said, stderr };
}

/** A project directory with nothing done yet. */
export function writeChaosProject(directory: string, length: number): string {
  writeProject(directory, chaosProject(length));
  writeFileSync(path.join(directory, 'effects'), '');
  return directory;
}

/** Keys of all attempts that were begun, one for each time. */
export function begunKeys(directory: string): readonly string[] {
  return readFileSync(path.join(directory, 'effects'), 'utf8').split('\n').slice(0, -1);
}

/** What became of the tasks, which are all over. */
export async function resultsIn(directory: string, length: number): Promise<readonly object[]> {
  const engine = await Engine.fromConfigDir(directory, { lazy: true });
  try {
    const results: TaskResult[] = [];
    for (const { id } of chaosTasks(length)) results.push(await engine.runTask(id));
    return results.map((result) => timeless(result));
  } finally {
    await engine.close();
  }
}

export interface Undisturbed {
  readonly results: readonly object[];
  readonly begun: readonly string[];
}

/** What a process comes to in an empty directory when nothing happens to it. */
export async function runUndisturbed(directory: string, length: number): Promise<Undisturbed> {
  writeChaosProject(directory, length);
  const { end, stderr } = await live(directory, length);
  if (end !== 0) throw new Error(`The undisturbed process ended with ${end}: ${stderr}`);
  return { results: await resultsIn(directory, length), begun: begunKeys(directory) };
}

export interface Finished {
  /** Keys of attempts whose result is in a journal. */
  readonly keys: ReadonlySet<string>;
  readonly statuses: ReadonlyMap<string, string>;
}

/** What the state file says, read from a copy: the next process is to find it as the last one left it. */
export function readFinished(directory: string): Finished {
  const state = path.join(directory, '.agent-engine');
  if (!existsSync(path.join(state, 'state.sqlite'))) return { keys: new Set(), statuses: new Map() };
  const copy = mkdtempSync(path.join(tmpdir(), 'chaos-copy-'));
  try {
    cpSync(state, copy, { recursive: true });
    return readState(path.join(copy, 'state.sqlite'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The same of a file that another process has open. */
export function readState(file: string): Finished {
  const store = createSqliteTaskStore({ file, durability: 'process' });
  try {
    const roots = store.tasks();
    const all = roots.flatMap((task) => [task, ...store.tasks({ below: task.id })]);
    const keys = new Set(all.flatMap(({ id }) => resultKeys(store, id)));
    return { keys, statuses: new Map(roots.map(({ id, status }) => [id, status])) };
  } finally {
    store.close();
  }
}

function resultKeys(store: TaskStore, task: string): readonly string[] {
  return store.journal(task).flatMap(({ text }) => {
    const token = /^\{"kind":"result","node":"[^"]+","token":"(?<token>[^"]+)"/u.exec(text)?.groups?.['token'];
    return token === undefined ? [] : [`${task}/${token}`];
  });
}
