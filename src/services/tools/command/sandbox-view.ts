import { realpath } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { isInside, type PermissionPolicy } from '../../security/index.ts';
import type { ToolEnvironment } from '../adapter.ts';
import { closedPlaces } from './closed-places.ts';
import { programPlaces } from './program-places.ts';
import type { ProgramOrder } from './run-process.ts';
import { isRoot, isWritable, rootsOf, type Roots } from './sandbox-roots.ts';
import { isOfKernel, isOfSystem, type SandboxView } from './sandbox.ts';

interface ViewParts {
  readonly environment: Pick<ToolEnvironment, 'projectDirectory' | 'hasOpenNetwork'>;
  readonly policy: PermissionPolicy;
}

/** What a command sees: what is permitted, less what is out of reach whatever is permitted. */
export async function viewOf(order: ProgramOrder, { environment, policy }: ViewParts): Promise<SandboxView> {
  const { workingDirectory } = order;
  const { projectDirectory } = environment;
  const roots = await rootsOf(policy, workingDirectory);
  const closed = await closedPlaces(policy, roots);
  const programs = await programPlaces({
    program: order.program,
    searchPath: (order.environment['PATH'] ?? '').split(path.delimiter),
    kept: [projectDirectory, ...closed.masked, ...closed.hidden],
  });
  const seen = [...roots.readable, ...roots.writable, ...programs];
  const isSeen = (place: string): boolean => isOfSystem(place) || seen.some((root) => isInside(root, place));
  const hidden = [...closed.hidden, '/sys'].filter(isSeen);
  const masked = closed.masked.filter((file) => isSeen(file) && !hidden.some((place) => isInside(place, file)));
  const isProtected = await protectedPlaces([projectDirectory, ...roots.writable], policy, roots);
  return {
    ...roots,
    home: homeOf(order),
    cleared: isOfSystem(projectDirectory) && !isRoot(projectDirectory, roots) ? [projectDirectory] : [],
    programs,
    fixed: [...new Set([...hidden, ...masked, ...isProtected].flatMap((place) => waysTo(place, roots)))],
    protected: isProtected,
    masked,
    hidden,
    workingDirectory,
    hasNetwork: environment.hasOpenNetwork && !policy.levels.some(narrowsNetwork),
  };
}

/** The directories above a place that a command could move, with the place in them. */
function waysTo(place: string, roots: Roots): readonly string[] {
  const parent = path.dirname(place);
  if (parent === place) return [];
  const own = !isRoot(parent, roots) && isWritable(parent, roots) ? [parent] : [];
  return [...own, ...waysTo(parent, roots)];
}

/** What of git and of the project a command could change, and what its links lead to: a link itself cannot be held. */
async function protectedPlaces(
  directories: readonly string[],
  { ownFiles = [] }: PermissionPolicy,
  roots: Roots,
): Promise<readonly string[]> {
  const places = new Set([...directories.map((directory) => path.join(directory, '.git')), ...ownFiles]);
  const found = await Promise.all(
    Array.from(places, async (place) => {
      const real = await realpath(place).catch(() => undefined);
      return real !== undefined && isWritable(real, roots) ? [real] : [];
    }),
  );
  return found.flat();
}

/** Where programs keep what they note for themselves; nothing where the system has put itself there. */
function homeOf({ environment }: ProgramOrder): readonly string[] {
  const home = path.resolve(path.sep, environment['HOME'] ?? homeOfUser() ?? path.sep);
  const isTaken = isOfKernel(home) || isOfSystem(home);
  return home === path.sep || isTaken ? [] : [home];
}

function homeOfUser(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    return undefined; // a user that the system does not know, as in containers
  }
}

/** What an agent or a task narrows, it narrows to some hosts, which a sandbox cannot tell apart. */
function narrowsNetwork({ name, rules }: PermissionPolicy['levels'][number]): boolean {
  return name !== 'engine' && name !== 'tool' && rules.network !== undefined;
}
