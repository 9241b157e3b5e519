import type { ChildProcess } from 'node:child_process';
import { killMarked } from './marked-processes.ts';

/** Time to leave by itself between SIGTERM and SIGKILL; a cancelled task is to be quiet within 100 ms. */
const graceMs = 50;

const running = new Map<ChildProcess, string | undefined>();

function killAll(): void {
  for (const [child, mark] of running) {
    signalGroup(child, 'SIGKILL');
    killMarked(mark);
  }
}

/** Ends everything a command started when the program itself ends; the answer takes the command off the list. */
export function endWithProgram(child: ChildProcess, mark?: string): () => void {
  if (running.size === 0) process.on('exit', killAll);
  running.set(child, mark);
  return () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', killAll);
  };
}

/** Asks the whole group to end, and ends it when the timer that it answers with runs out. */
export function endGroup(child: ChildProcess): NodeJS.Timeout {
  signalGroup(child, 'SIGTERM');
  return setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
}

/** Reaches all processes of the group of a detached child, also when the child itself is gone. */
export function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // No such group: all are gone, or the system has no groups and the child alone can be reached.
    child.kill(signal);
  }
}
