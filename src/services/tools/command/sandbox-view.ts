import { mkdir, readdir, realpath } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { isInside, isOfStore, permittedRoots, type PermissionPolicy } from '../../security/index.ts';
import type { ToolEnvironment } from '../adapter.ts';
import { programPlaces } from './program-places.ts';
import type { ProgramOrder } from './run-process.ts';
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

type Roots = Pick<SandboxView, 'readable' | 'writable'>;

/** A root that has become a link since it was permitted would bring in what the link leads to. */
async function rootsOf(policy: PermissionPolicy, workingDirectory: string): Promise<Roots> {
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

function isRoot(place: string, { readable, writable }: Roots): boolean {
  return readable.includes(place) || writable.includes(place);
}

/** Whether a command could change what lies directly there: the innermost root decides. */
function isWritable(place: string, { readable, writable }: Roots): boolean {
  const [innermost] = [...writable, ...readable]
    .filter((root) => isInside(root, place))
    .toSorted((one, other) => other.length - one.length);
  return innermost !== undefined && writable.includes(innermost);
}

/** The directories above a place that a command could move, with the place in them. */
function waysTo(place: string, roots: Roots): readonly string[] {
  const parent = path.dirname(place);
  if (parent === place) return [];
  const own = !isRoot(parent, roots) && isWritable(parent, roots) ? [parent] : [];
  return [...own, ...waysTo(parent, roots)];
}

/** What no level can permit, as far as it is there. */
async function closedPlaces(
  policy: PermissionPolicy,
  roots: Roots,
): Promise<{ readonly masked: readonly string[]; readonly hidden: readonly string[] }> {
  const { stateDirectory, secretFiles = [], storeFiles = [] } = policy;
  // A command could make it before the engine does, and put into it what it likes.
  if (isWritable(stateDirectory, roots)) await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  const [state, secrets, stores] = await Promise.all([
    realpath(stateDirectory).catch(() => undefined),
    Promise.all(secretFiles.map(async (file) => await realpath(file).catch(() => []))),
    Promise.all(storeFiles.map(partsOfStore)),
  ]);
  return { masked: [...new Set([...secrets.flat(), ...stores.flat()])], hidden: state === undefined ? [] : [state] };
}

/** The files of a memory store that are there. */
async function partsOfStore(store: NonNullable<PermissionPolicy['storeFiles']>[number]): Promise<readonly string[]> {
  const directory = await realpath(path.dirname(store.file)).catch(() => undefined);
  if (directory === undefined) return [];
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const file = path.join(directory, path.basename(store.file));
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => path.join(directory, name));
  return names.filter((name) => isOfStore(name, { ...store, file }));
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
