import type { MemorySpec, StoreName, StoreSpec } from '../../manifest/index.ts';
import type { StartTimer } from '../llm/adapter-options.ts';
import { withEnvironment, type Environment } from '../security/index.ts';
import { createDisabledStore } from './disabled-store.ts';
import { createEmbedder } from './embedding/create-embedder.ts';
import { createEmbeddings, type EmbeddingFailure, type Embeddings } from './embedding/embeddings.ts';
import { withEmbeddings } from './embedding/with-embeddings.ts';
import { createFileStore } from './file-store.ts';
import { createInMemoryStore } from './in-memory-store.ts';
import { lockOf } from './file-lock.ts';
import type { MemoryStore } from './port.ts';
import type { Quarantine } from './quarantine.ts';
import { createSqliteStore } from './sqlite-store.ts';
import { isInFile, pathOfStore, pathOfTask, type MemoryPlaces } from './store-path.ts';

export interface MemoryStoresOptions extends MemoryPlaces {
  readonly onQuarantine?: (quarantine: Quarantine) => void;
  readonly now?: () => number;
  /** Where keys and addresses of what makes vectors stand. Default: nowhere. */
  readonly environment?: Environment;
  /** Measures the time limits of requests for vectors. Default: real time. */
  readonly startTimer?: StartTimer;
  readonly onEmbeddingFailure?: (failure: EmbeddingFailure) => void;
}

export interface MemoryStores {
  /** The store of one task: the same one until it is closed. */
  task(taskId: string): MemoryStore;
  readonly project: MemoryStore;
  readonly global: MemoryStore;
  /** What makes the vectors, where the manifest asks for any. */
  readonly embeddings: Embeddings | undefined;
  /** Closes all of them, also those of tasks. */
  close(): Promise<void>;
}

/** The stores that a manifest declares; one that it does not declare remembers nothing. Throws MEMORY_HOME_UNKNOWN. */
export function createMemoryStores(manifest: MemorySpec, options: MemoryStoresOptions): MemoryStores {
  const specs = manifest.memory ?? {};
  const ofTasks = new Map<string, MemoryStore>();
  const embeddings = createEmbeddingsOf(manifest, options);
  const shared = embeddings === undefined ? options : { ...options, embeddings };
  const project = createStore('project_store', specs.project_store, shared);
  const global = createStore('global_store', specs.global_store, shared);
  // One for all tasks: a disabled store is not told when a task is over, and would be kept for ever.
  const disabled = (specs.task_store?.type ?? 'disabled') === 'disabled' ? createDisabledStore() : undefined;
  const task = (taskId: string): MemoryStore => {
    const known = ofTasks.get(taskId) ?? disabled;
    if (known !== undefined) return known;
    const store = createStore('task_store', specs.task_store, {
      ...shared,
      taskId,
      onClose: () => ofTasks.delete(taskId),
    });
    ofTasks.set(taskId, store);
    return store;
  };
  const close = async (): Promise<void> => {
    await Promise.all([project, global, ...ofTasks.values()].map((store) => store.close()));
  };
  return { task, project, global, embeddings, close };
}

function createEmbeddingsOf({ memory }: MemorySpec, options: MemoryStoresOptions): Embeddings | undefined {
  if (memory?.embedding === undefined) return undefined;
  const { environment = {}, startTimer, now, onEmbeddingFailure: onFailure } = options;
  const spec = withEnvironment(memory.embedding, environment);
  return createEmbeddings({
    embedder: createEmbedder({ spec, environment, ...(startTimer !== undefined && { startTimer }) }),
    ...(now !== undefined && { now }),
    ...(onFailure !== undefined && { onFailure }),
  });
}

interface StoreOptions extends MemoryStoresOptions {
  readonly embeddings?: Embeddings;
  readonly taskId?: string;
  readonly onClose?: () => void;
}

function createStore(name: StoreName, spec: StoreSpec | undefined, options: StoreOptions): MemoryStore {
  const { embeddings } = options;
  const store = createPlainStore(name, spec, options);
  // What is not kept needs no vector.
  return embeddings === undefined || (spec?.type ?? 'disabled') === 'disabled'
    ? store
    : withEmbeddings(store, embeddings);
}

function createPlainStore(name: StoreName, spec: StoreSpec = { type: 'disabled' }, options: StoreOptions): MemoryStore {
  const { taskId, onClose, onQuarantine, now } = options;
  const shared = {
    ...('max_messages' in spec && spec.max_messages !== undefined ? { maxMessages: spec.max_messages } : {}),
    ...(onClose === undefined ? {} : { onClose }),
  };
  if (spec.type === 'disabled') return createDisabledStore();
  if (spec.type === 'in_memory') return createInMemoryStore(shared);
  const path = pathOfStore(spec, name, options);
  const hooks = { ...(onQuarantine === undefined ? {} : { onQuarantine }), ...(now === undefined ? {} : { now }) };
  const inFile = { ...shared, ...hooks, file: taskId === undefined ? path : pathOfTask(path, taskId) };
  return spec.type === 'sqlite' ? createSqliteStore(inFile) : createFileStore(inFile);
}

/** Removes what tasks that are gone remembered in files. */
export async function removeTaskMemories(
  manifest: MemorySpec,
  places: MemoryPlaces,
  taskIds: readonly string[],
): Promise<void> {
  const spec = manifest.memory?.task_store;
  if (!isInFile(spec)) return;
  const { rm } = process.getBuiltinModule('node:fs/promises');
  const path = pathOfStore(spec, 'task_store', places);
  for (const file of taskIds.map((taskId) => pathOfTask(path, taskId))) {
    for (const one of [file, `${file}-wal`, `${file}-shm`, lockOf(file)]) await rm(one, { force: true });
  }
}
