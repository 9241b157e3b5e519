import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { processIds } from './process-ids.ts';

/** The variable by which whatever a program starts is found again, also what left its group and lost its parent. */
export const markName = 'AGENT_ENGINE_MARK';

/** Where processes can be found by their variables, a mark that is used once; elsewhere none. */
export function createMark(): string | undefined {
  return process.platform === 'linux' ? randomUUID() : undefined;
}

export function markedEnvironment(
  environment: Readonly<Record<string, string>>,
  mark: string | undefined,
): Readonly<Record<string, string>> {
  return mark === undefined ? environment : { ...environment, [markName]: mark };
}

/** Between two looks a process can start another one; one that does so for ever has to be kept from it by a sandbox. */
const mostLooks = 20;

/** Ends all processes that carry the mark. What cleared its variables, or is another user's, is not found. */
export function killMarked(mark: string | undefined): void {
  if (mark === undefined) return;
  const killed = new Set<number>();
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const found = pidsWith(`${markName}=${mark}`).filter((pid) => !killed.has(pid));
    if (found.length === 0) return;
    // Stopped first, so that none of them starts another one while the rest is killed.
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const pid of found) send(pid, signal);
    for (const pid of found) killed.add(pid);
  }
}

function pidsWith(variable: string): number[] {
  return processIds().filter((pid) => {
    try {
      return pid !== process.pid && readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(variable);
    } catch {
      return false; // it has ended, or belongs to somebody else
    }
  });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
