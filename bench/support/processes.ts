import { existsSync, readFileSync } from 'node:fs';

/** Whether a process still runs. One that has ended but was not yet asked how does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (!existsSync('/proc/self/stat')) return true;
  try {
    return !/^\d+ \(.*\) [ZX]/su.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false; // it has just gone
  }
}

/** Milliseconds until all of them are gone. */
export async function untilGone(pids: readonly number[], limitMs = 10_000): Promise<number> {
  const started = performance.now();
  while (pids.some(isRunning)) {
    if (performance.now() - started > limitMs) throw new Error(`Processes ${pids.join(', ')} do not end.`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return performance.now() - started;
}
