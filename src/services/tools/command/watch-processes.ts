import { readFileSync } from 'node:fs';
import { processIds } from './process-ids.ts';

const lookMs = 20;

/**
 * Tells once when a program has more processes below it than it may; the answer ends the watching. For what the limit of the
 * system does not hold, which is the superuser, and in a sandbox, where no process gets away from the one that is watched.
 */
export function watchProcesses(pid: number | undefined, maxProcesses: number, onOver: () => void): () => void {
  let fewest = Infinity;
  const timer = setInterval(() => {
    // Of the whole machine, and read in no time: they are counted when so many more are there that it could be too many.
    const all = threadsOfMachine();
    fewest = Math.min(fewest, all ?? 0);
    if (pid === undefined || (all !== undefined && all - fewest <= maxProcesses / 2)) return;
    if (countBelow(pid) <= maxProcesses) return;
    clearInterval(timer);
    onOver();
  }, lookMs);
  fewest = threadsOfMachine() ?? 0;
  timer.unref();
  return () => clearInterval(timer);
}

function threadsOfMachine(): number | undefined {
  const count = /\/(?<count>\d+) /u.exec(read('/proc/loadavg'))?.groups?.['count'];
  return count === undefined ? undefined : Number(count);
}

/** Processes that a process has started, with all that those have. */
function countBelow(pid: number): number {
  const children = Map.groupBy(processIds(), parentOf);
  let count = 0;
  const pending = [pid];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const below = children.get(next) ?? [];
    count += below.length;
    pending.push(...below);
  }
  return count;
}

/** What stands behind the name, which can hold anything: state and parent. */
function parentOf(pid: number): number {
  return Number(/\) \S (?<parent>\d+) [^)]*$/u.exec(read(`/proc/${pid}/stat`))?.groups?.['parent'] ?? -1);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // it has ended, or the system has no such file
  }
}
