import type { LeaseHolder } from './port.ts';

/** This process as the holder of leases. `id` is unique per engine. */
export function currentHolder(id: string): LeaseHolder {
  const started = processState(process.pid)?.started;
  return { id, host: hostMarker(), pid: process.pid, ...(started === undefined ? {} : { started }) };
}

/** Whether the process of a holder is known to be gone. A holder on another host is never known to be. */
export function isHolderGone(holder: LeaseHolder): boolean {
  if (holder.host !== hostMarker()) return false;
  if (!isAlive(holder.pid)) return true;
  const state = processState(holder.pid);
  if (state === undefined) return false;
  return state.isZombie || (holder.started !== undefined && holder.started !== state.started);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Containers may share a host name and not their process ids, so on Linux the namespace of those ids belongs to the marker. */
function hostMarker(): string {
  const fs = process.getBuiltinModule('node:fs');
  const name = process.getBuiltinModule('node:os').hostname();
  try {
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${name} ${boot} ${fs.readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return name;
  }
}

function processState(pid: number): { started: string; isZombie: boolean } | undefined {
  try {
    const stat = process.getBuiltinModule('node:fs').readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; what follows are fields 3 (state) to 22 (start in ticks since boot).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const started = fields[19];
    return started === undefined ? undefined : { started, isZombie: fields[0] === 'Z' };
  } catch {
    return undefined;
  }
}
