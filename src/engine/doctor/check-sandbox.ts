import { findBubblewrap, findProgram, type Environment } from '../../services/index.ts';
import type { Finding } from './finding.ts';

/** Whether commands can be locked up here. */
export async function checkSandbox(environment: Environment): Promise<Finding> {
  const works = await findBubblewrap();
  if (works !== undefined)
    return { check: 'sandbox', status: 'ok', text: `Commands run in a sandbox: "${works}" works.` };
  const check = { check: 'sandbox', status: 'note' } as const;
  if (process.platform !== 'linux') {
    const text = 'Commands run without a sandbox, which there is on Linux alone.';
    return { ...check, text, todo: 'Run projects whose commands you do not trust on Linux.' };
  }
  const there = await findProgram('bwrap', environment['PATH'] ?? '');
  if (there === undefined) {
    const text = 'Commands run without a sandbox: bubblewrap is not installed.';
    return { ...check, text, todo: 'Install the package "bubblewrap" of your system.' };
  }
  const text = `Commands run without a sandbox: "${there}" is there, and may not make one.`;
  return { ...check, text, todo: 'Permit user namespaces (sysctl kernel.unprivileged_userns_clone, or AppArmor).' };
}
