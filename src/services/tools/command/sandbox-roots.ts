import { realpath } from 'node:fs/promises';
import { isInside, permittedRoots, type PermissionPolicy } from '../../security/index.ts';
import { isOfKernel, type SandboxView } from './sandbox.ts';

/** What is seen of the machine besides the system, and what of it may be changed. */
export type Roots = Pick<SandboxView, 'readable' | 'writable'>;

/** A root that has become a link since it was permitted would bring in what the link leads to. */
export async function rootsOf(policy: PermissionPolicy, workingDirectory: string): Promise<Roots> {
  const [readable, writable] = await Promise.all([
    unmoved(permittedRoots(policy, 'read')),
    unmoved(permittedRoots(policy, 'write')),
  ]);
  // Whoever may work in a directory sees it.
  const isSeen = [...readable, ...writable].some((root) => isInside(root, workingDirectory));
  return { readable: isSeen ? readable : [...readable, workingDirectory], writable };
}

async function unmoved(roots: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(roots.map(async (root) => await realpath(root).catch(() => undefined)));
  return roots.filter((root, index) => found[index] === root && !isOfKernel(root));
}

export function isRoot(place: string, { readable, writable }: Roots): boolean {
  return readable.includes(place) || writable.includes(place);
}

/** Whether a command could change what lies directly there: the innermost root decides. */
export function isWritable(place: string, { readable, writable }: Roots): boolean {
  const [innermost] = [...writable, ...readable]
    .filter((root) => isInside(root, place))
    .toSorted((one, other) => other.length - one.length);
  return innermost !== undefined && writable.includes(innermost);
}
