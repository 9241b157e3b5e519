import { mkdir, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { isInside, isOfStore, type PermissionPolicy } from '../../security/index.ts';
import { isWritable, type Roots } from './sandbox-roots.ts';
import type { SandboxView } from './sandbox.ts';

type ClosedPlaces = Pick<SandboxView, 'masked' | 'hidden'>;
type Store = NonNullable<PermissionPolicy['storeFiles']>[number];

/** Each file that is masked takes longer than the one before. */
const mostMasked = 100;

/** What no level can permit, as far as it is there. */
export async function closedPlaces(policy: PermissionPolicy, roots: Roots): Promise<ClosedPlaces> {
  const { stateDirectory, secretFiles = [], storeFiles = [] } = policy;
  // A command could make it before the engine does, and put into it what it likes.
  if (isWritable(stateDirectory, roots)) await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  const outside = storeFiles.filter(({ file }) => !isInside(stateDirectory, file));
  const [state, secrets, stores] = await Promise.all([
    realpath(stateDirectory).catch(() => []),
    Promise.all(secretFiles.map(async (file) => await realpath(file).catch(() => []))),
    Promise.all(outside.map(async (store) => await placesOfStore(store, roots))),
  ]);
  return {
    masked: [...new Set([...secrets.flat(), ...stores.flatMap(({ masked }) => masked)])],
    hidden: [...new Set([state, ...stores.map(({ hidden }) => hidden)].flat())],
  };
}

/** The files of a memory store that are there, or their directory where they are many and nothing that is permitted lies below it. */
async function placesOfStore(store: Store, { readable, writable }: Roots): Promise<ClosedPlaces> {
  const directory = await realpath(path.dirname(store.file)).catch(() => undefined);
  if (directory === undefined) return { masked: [], hidden: [] };
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const file = path.join(directory, path.basename(store.file));
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => path.join(directory, name));
  const masked = names.filter((name) => isOfStore(name, { ...store, file }));
  const isItsOwn = ![...readable, ...writable].some((root) => isInside(directory, root));
  return masked.length > mostMasked && isItsOwn ? { masked: [], hidden: [directory] } : { masked, hidden: [] };
}
