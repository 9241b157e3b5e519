import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { captureOutput } from './captured-output.ts';
import { killMarked, markedEnvironment } from './marked-processes.ts';
import { endGroup, endWithProgram, signalGroup } from './process-group.ts';
import { watchProcesses } from './watch-processes.ts';

/** A program, and how what it starts is kept together. */
export interface ProgramOrder {
  readonly program: string;
  readonly words: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What it and all that it starts is found by when it ends. */
  readonly mark?: string;
  /** Ended when it has more processes: where the limit of the system does not hold. */
  readonly watchedProcesses?: number;
}

export interface ProcessOrder extends ProgramOrder {
  readonly maxOutputBytes: number;
}

export interface ProcessResult {
  readonly exitCode: number | null;
  /** What ended it, when it did not end by itself. */
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly isOverLimit: boolean;
  /** It had more processes than it may. */
  readonly hasTooMany: boolean;
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
    env: markedEnvironment(order.environment, order.mark),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    shell: false,
    windowsHide: true,
  });
  const release = endWithProgram(child, order.mark);
  let hasTooMany = false;
  const unwatch = watchOrder(child, order, () => {
    hasTooMany = true;
  });
  let killTimer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    killTimer = endGroup(child);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const output = captureOutput(child, order.maxOutputBytes, () => signalGroup(child, 'SIGKILL'));
    const ended = await untilEnded(child);
    signalGroup(child, 'SIGKILL');
    killMarked(order.mark);
    await ended.drained;
    const { exitCode, signal: endedBy } = ended;
    return {
      exitCode,
      signal: endedBy,
      stdout: output.stdout(),
      stderr: output.stderr(),
      isOverLimit: output.isOverLimit(),
      hasTooMany,
    };
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(killTimer);
    unwatch();
    release();
  }
}

/** Ends a program with too many processes, and says so; the answer ends the watching. */
export function watchOrder(child: ChildProcess, { watchedProcesses }: ProgramOrder, onOver: () => void): () => void {
  if (watchedProcesses === undefined) return () => undefined;
  return watchProcesses(child.pid, watchedProcesses, () => {
    onOver();
    signalGroup(child, 'SIGKILL');
  });
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
