import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inherited, type Ended } from './cli-process.ts';

const program = path.resolve(import.meta.dirname, '../../bin/agent-engine.js');

/** `script` of util-linux gives a program a terminal; Windows and small containers lack it, other systems call it otherwise. */
export const hasScript = existsSync('/usr/bin/script') && isUtilLinux();

function isUtilLinux(): boolean {
  try {
    return execFileSync('/usr/bin/script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
}

export interface TerminalOptions {
  readonly cwd: string;
  /** Typed one after the other, each when the screen has come to rest. */
  readonly keys?: readonly string[];
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

const restMs = 150;

/** Runs the command line program on a terminal of its own. What it prints comes as one text, in `stdout`. */
export function onTerminal(words: readonly string[], options: TerminalOptions): Promise<Ended> {
  return commandOnTerminal(`"${process.execPath}" "${program}" ${words.join(' ')}`, options);
}

/** The same with any command of a shell. */
export async function commandOnTerminal(
  line: string,
  { cwd, keys = [], columns = 80, environment = {} }: TerminalOptions,
): Promise<Ended> {
  const command = `stty cols ${columns} rows 24; exec ${line}`;
  const child = spawn('/usr/bin/script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: { ...inherited, TERM: 'xterm', ...environment },
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr: '' }));
  });
  for (const key of keys) {
    await rest(() => (child.exitCode === null ? stdout : undefined));
    child.stdin.write(key);
    await delay(restMs);
  }
  const result = await ended;
  child.stdin.destroy();
  return result;
}

/** Waits until something was printed and nothing more comes; undefined stands for a program that has ended. */
async function rest(printed: () => string | undefined): Promise<void> {
  let seen: string | undefined = '';
  for (;;) {
    await delay(restMs);
    const now = printed();
    if (now === undefined || (now !== '' && now === seen)) return;
    seen = now;
  }
}
