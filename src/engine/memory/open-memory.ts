import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { RetrievalPolicy } from '../../manifest/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import {
  createMemoryStores,
  ingest,
  readSecretFiles,
  withSecrets,
  type Environment,
  type IngestedDocument,
  type MemoryItem,
  type MemoryStore,
} from '../../services/index.ts';
import { invalidManifests } from '../project/invalid-manifests.ts';
import { loadProject } from '../project/load-project.ts';
import { findStateDirectory } from '../project/state-directory.ts';
import { chosenStore, type ReachableStore } from './chosen-store.ts';
import { documentRefusal } from './documents.ts';
import { changedItem, newItem, unknownItem, type ItemChanges, type NewItem } from './people-items.ts';

export type { ItemChanges, NewItem } from './people-items.ts';

export interface MemoryOptions {
  /** Default: project. */
  readonly store?: ReachableStore;
  /** Values for `${env:NAME}` in manifests. Default: the environment of this process. */
  readonly environment?: Environment;
  /** What went wrong without standing in the way, as a sentence. */
  readonly onWarning?: (warning: string) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface ListOptions {
  readonly kinds?: readonly string[];
  /** Items with all of these. */
  readonly tags?: readonly string[];
  readonly source?: string;
  /** What is looked for. */
  readonly search?: string;
  /** Default: hybrid, without `search` recency. */
  readonly policy?: RetrievalPolicy;
  readonly limit?: number;
}

export interface IngestRequest {
  /** What the paths are relative to. Default: the project directory. */
  readonly from?: string;
  readonly tags?: readonly string[];
  /** Take in also what did not change. Default: false. */
  readonly again?: boolean;
  /** Default: 5 MB. */
  readonly maxBytes?: number;
}

/** A memory store of a project, for people and programs. Tasks may be at work on it at the same time. */
export interface ProjectMemory {
  /** Best first, or newest first. */
  list(options?: ListOptions): Promise<readonly MemoryItem[]>;
  /** Rejects with MEMORY_ITEM_UNKNOWN. */
  get(id: string): Promise<MemoryItem>;
  /** Rejects with MEMORY_ITEM_INVALID. */
  add(item: NewItem): Promise<MemoryItem>;
  /** Rejects with MEMORY_ITEM_UNKNOWN and MEMORY_ITEM_INVALID. */
  edit(id: string, changes: ItemChanges): Promise<MemoryItem>;
  /** Removes items, and with a document its chunks; answers all that are gone. */
  forget(ids: readonly string[]): Promise<readonly string[]>;
  /** Takes documents in. Rejects with MEMORY_DOCUMENT_UNREADABLE for a path at which nothing is. */
  ingest(paths: readonly string[], request?: IngestRequest): Promise<readonly IngestedDocument[]>;
  close(): Promise<void>;
}

/**
 * Opens a memory store that a project declares. Rejects with MANIFEST_INVALID, and with MEMORY_STORE_DISABLED where the
 * project has no such store that outlives a process.
 */
export async function openMemory(directory: string, options: MemoryOptions = {}): Promise<ProjectMemory> {
  const { compiled, problems } = await loadProject(directory);
  if (compiled === undefined) throw invalidManifests(directory, problems);
  return memoryOf(compiled, directory, options);
}

/** The same for a project that is loaded. */
export async function memoryOf(
  { project }: Pick<CompiledProject, 'project'>,
  directory: string,
  options: MemoryOptions = {},
): Promise<ProjectMemory> {
  const { store: name = 'project', environment = process.env, onWarning, now = Date.now } = options;
  const projectDirectory = await realpath(path.resolve(directory));
  chosenStore(project.memory, name);
  const { path: stateDirectory } = await findStateDirectory(projectDirectory, environment);
  const secrets = await readSecretFiles(project.memory, projectDirectory);
  const refusalOf = await documentRefusal(project, { projectDirectory, stateDirectory, environment });
  const stores = createMemoryStores(project.memory, {
    projectDirectory,
    stateDirectory,
    environment: withSecrets(environment, secrets),
    now,
    onQuarantine: ({ file, copy, problem }) =>
      onWarning?.(`The memory file "${file}" was damaged: ${problem}. It is kept as "${copy}".`),
    onEmbeddingFailure: ({ part, failure }) => {
      const what = part === 'items' ? 'Items are kept without vectors' : 'The search goes by words';
      onWarning?.(`${what}: ${failure.message}${failure.hint === undefined ? '' : ` ${failure.hint}`}`);
    },
  });
  const store = stores[name];
  return {
    list: (request) => listItems(store, request),
    get: (id) => itemOf(store, id),
    async add(item) {
      const added = newItem(item, { store: name, now: now() });
      await store.append([added]);
      return (await store.get(added.id)) ?? added;
    },
    async edit(id, changes) {
      const changed = changedItem(await itemOf(store, id), changes);
      await store.append([changed]);
      return (await store.get(id)) ?? changed;
    },
    forget: (ids) => forgetItems(store, ids),
    ingest: (paths, { from = projectDirectory, ...request } = {}) =>
      ingest(paths, {
        ...request,
        store,
        directory: path.resolve(projectDirectory, from),
        embeddings: stores.embeddings,
        refusalOf,
        // Projects share the global store: paths from one of them would say nothing in another.
        ...(name === 'project' && { home: projectDirectory }),
      }),
    close: () => stores.close(),
  };
}

async function listItems(store: MemoryStore, options: ListOptions = {}): Promise<readonly MemoryItem[]> {
  const { search: text, source, limit, kinds, tags } = options;
  const policy = options.policy ?? (text === undefined ? 'recency' : 'hybrid');
  const found = await store.query({
    policy,
    ...(kinds !== undefined && { kinds }),
    ...(tags !== undefined && { tags }),
    ...(text !== undefined && { text }),
    // The source is looked at afterwards, and would leave fewer.
    ...(limit !== undefined && source === undefined && { limit }),
  });
  return source === undefined ? found : found.filter((item) => item.source === source).slice(0, limit);
}

async function itemOf(store: MemoryStore, id: string): Promise<MemoryItem> {
  const item = await store.get(id);
  if (item === undefined) throw unknownItem(id);
  return item;
}

async function forgetItems(store: MemoryStore, ids: readonly string[]): Promise<readonly string[]> {
  const items = await Promise.all(ids.map((id) => itemOf(store, id)));
  const documents = new Set(items.filter(({ kind }) => kind === 'document').map(({ source }) => source));
  const chunks = documents.size === 0 ? [] : await store.query({ policy: 'recency', kinds: ['chunk'] });
  const gone = new Set([...ids, ...chunks.filter(({ source }) => documents.has(source)).map(({ id }) => id)]);
  await Promise.all([...gone].map((id) => store.delete(id)));
  return [...gone];
}
