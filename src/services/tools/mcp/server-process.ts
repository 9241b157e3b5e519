import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { killMarked, markedEnvironment } from '../command/marked-processes.ts';
import { endGroup, endWithProgram, signalGroup } from '../command/process-group.ts';
import { watchOrder, type ProgramOrder } from '../command/run-process.ts';
import { describeSystemError } from '../system-error.ts';
import { readLines } from './read-lines.ts';

export interface ServerOrder extends ProgramOrder {
  readonly maxMessageBytes: number;
}

export interface ServerListener {
  line(line: string): void;
  tooLong(): void;
  /** `reason` is the end of a sentence. */
  ended(reason: string): void;
}

export interface ServerProcess {
  write(line: string): void;
  /** The end of what it wrote to its standard error. */
  stderr(): string;
  /** Ends it and all that it has started, also what would outlive it. */
  end(): Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** More than is shown, so that a secret at the beginning of that is whole when it is looked for. */
const keptOfStderr = 262_144;
/** A process that escaped its group can hold the pipes open for ever; nobody waits for it longer than this. */
const drainMs = 100;

/** Starts a server without a shell, in a process group of its own. */
export function startServer(order: ServerOrder, listener: ServerListener): ServerProcess {
  const child = spawn(order.program, order.words, {
    cwd: order.workingDirectory,
    env: markedEnvironment(order.environment, order.mark),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    shell: false,
    windowsHide: true,
  });
  const stop = endWithProgram(child, order.mark);
  const unwatch = watchOrder(child, order, () => listener.ended('was ended: it had more processes than it may'));
  const release = (): void => {
    unwatch();
    stop();
  };
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  let stderr = '';
  child.once('error', (error) => {
    release();
    resolve();
    listener.ended(`could not be started: ${describeSystemError(error)}`);
  });
  child.once('exit', (code, signal) => {
    resolve();
    listener.ended(`has ended (${signal ?? `exit code ${code}`})`);
  });
  child.once('close', release);
  child.stdin.on('error', () => undefined); // it has ended, or will be ended
  child.stderr.on('error', () => undefined);
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptOfStderr);
  });
  readLines(child.stdout, order.maxMessageBytes, listener);
  return {
    write: (line) => {
      child.stdin.write(`${line}\n`);
    },
    stderr: () => stderr,
    end: async () => await endTree(child, { gone, mark: order.mark }),
  };
}

async function endTree(
  child: Child,
  { gone, mark }: { readonly gone: Promise<void>; readonly mark: string | undefined },
): Promise<void> {
  child.stdin.destroy();
  const timer = endGroup(child);
  await gone;
  clearTimeout(timer);
  signalGroup(child, 'SIGKILL');
  killMarked(mark);
  const giveUp = setTimeout(() => {
    child.stdout.destroy();
    child.stderr.destroy();
  }, drainMs);
  giveUp.unref();
  child.once('close', () => clearTimeout(giveUp));
}
