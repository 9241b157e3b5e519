import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { captureOutput } from './captured-output.ts';
import { endGroup, endWithProgram, signalGroup } from './process-group.ts';

export interface ProcessOrder {
  readonly program: string;
  readonly words: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly maxOutputBytes: number;
}

export interface ProcessResult {
  readonly exitCode: number | null;
  /** What ended it, when it did not end by itself. */
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly isOverLimit: boolean;
}

/** A process that escaped its group can hold the pipes open for ever; nobody waits for it longer than this. */
const drainMs = 100;

/**
 * Runs a program without a shell, without input, in a process group of its own, and comes back when it has ended and
 * the whole group with it. Rejects when it cannot be started.
 */
export async function runProcess(order: ProcessOrder, signal: AbortSignal): Promise<ProcessResult> {
  signal.throwIfAborted();
  const child = spawn(order.program, order.words, {
    cwd: order.workingDirectory,
    env: order.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    shell: false,
    windowsHide: true,
  });
  const release = endWithProgram(child);
  let killTimer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    killTimer = endGroup(child);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const output = captureOutput(child, order.maxOutputBytes, () => signalGroup(child, 'SIGKILL'));
    const ended = await untilEnded(child);
    signalGroup(child, 'SIGKILL');
    await ended.drained;
    const { exitCode, signal: endedBy } = ended;
    return {
      exitCode,
      signal: endedBy,
      stdout: output.stdout(),
      stderr: output.stderr(),
      isOverLimit: output.isOverLimit(),
    };
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(killTimer);
    release();
  }
}

interface Ended {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly drained: Promise<void>;
}

async function untilEnded(child: ChildProcess & { stdout: Readable; stderr: Readable }): Promise<Ended> {
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    const closed = new Promise<void>((drained) => child.once('close', () => drained()));
    child.once('exit', (exitCode, signal) => {
      resolve({ exitCode, signal, drained: drain(child, closed) });
    });
  });
}

async function drain(child: { stdout: Readable; stderr: Readable }, closed: Promise<void>): Promise<void> {
  const giveUp = setTimeout(() => {
    child.stdout.destroy();
    child.stderr.destroy();
  }, drainMs);
  await closed;
  clearTimeout(giveUp);
}
