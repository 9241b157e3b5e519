import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const repository = path.resolve(import.meta.dirname, '../..');
export const program = path.join(repository, 'bin/agent-engine.js');

/** A pipe that stays open and gives nothing. */
export const silentPipe = Symbol('silent pipe');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What programs are given here of the environment of the tests. */
export const inherited = {
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  // Halves the start of each of the many processes.
  NODE_COMPILE_CACHE: path.join(tmpdir(), 'agent-engine-e2e-compile-cache'),
};

export interface CliOptions {
  readonly cwd?: string;
  /** All of it. Default: `inherited`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What is piped into it; Default: nothing. */
  readonly stdin?: string | Buffer | typeof silentPipe;
  /** Who runs it; only root may choose. Default: the user of the tests. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly stderr: () => string;
  readonly stdout: () => string;
}

/** Starts the command line program as people do: as a process of its own. */
export function startCli(words: readonly string[], options: CliOptions = {}): Running {
  const { stdin, environment = inherited, cwd = repository, ...user } = options;
  const child = spawn(process.execPath, [program, ...words], {
    ...user,
    cwd,
    env: environment,
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin?.on('error', () => undefined); // the program need not read to the end
  if (stdin !== undefined && stdin !== silentPipe) child.stdin?.end(stdin);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
}

export function cli(words: readonly string[], options?: CliOptions): Promise<Ended> {
  return startCli(words, options).ended;
}

/** Runs a command as it is printed: through a shell. */
export function shell(command: string, cwd: string): Promise<Ended> {
  const directory = path.dirname(process.execPath);
  const child = spawn('/bin/sh', ['-c', command], { cwd, env: { PATH: `${directory}:${process.env['PATH'] ?? ''}` } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

const pollMs = 20;
const giveUpMs = 20_000;

/** Waits until something outside of this process is so. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = Date.now() + giveUpMs;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`Waited in vain until ${what}.`);
    await delay(pollMs);
  }
}

export async function untilFile(file: string): Promise<void> {
  await until(`${file} is there`, () => existsSync(file));
}

/** A line of a stack, or what Node prints of an error that nobody caught. */
export const stackPattern = /^\s+at .+[:(]\d*|node:internal|UnhandledPromise|Node\.js v\d/mu;
