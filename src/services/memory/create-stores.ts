import type { MemorySpec, StoreSpec } from '../../manifest/index.ts';
import type { StartTimer } from '../llm/adapter-options.ts';
import { withEnvironment, type Environment } from '../security/index.ts';
import { createDisabledStore } from './disabled-store.ts';
import { createEmbedder } from './embedding/create-embedder.ts';
import { createEmbeddings, type EmbeddingFailure, type Embeddings } from './embedding/embeddings.ts';
import { withEmbeddings } from './embedding/with-embeddings.ts';
import { createFileStore } from './file-store.ts';
import { createInMemoryStore } from './in-memory-store.ts';
import { lockOf } from './file-lock.ts';
import type { Quarantine } from './memory-file.ts';
import type { MemoryStore } from './port.ts';

export interface MemoryStoresOptions {
  readonly projectDirectory: string;
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

/** The stores that a manifest declares; one that it does not declare remembers nothing. */
export function createMemoryStores(manifest: MemorySpec, options: MemoryStoresOptions): MemoryStores {
  const specs = manifest.memory ?? {};
  const ofTasks = new Map<string, MemoryStore>();
  const embeddings = createEmbeddingsOf(manifest, options);
  const shared = embeddings === undefined ? options : { ...options, embeddings };
  const project = createStore(specs.project_store, shared);
  const global = createStore(specs.global_store, shared);
  // One for all tasks: a disabled store is not told when a task is over, and would be kept for ever.
  const disabled = (specs.task_store?.type ?? 'disabled') === 'disabled' ? createDisabledStore() : undefined;
  const task = (taskId: string): MemoryStore => {
    const known = ofTasks.get(taskId) ?? disabled;
    if (known !== undefined) return known;
    const store = createStore(specs.task_store, { ...shared, taskId, onClose: () => ofTasks.delete(taskId) });
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

function createStore(spec: StoreSpec | undefined, options: StoreOptions): MemoryStore {
  const { embeddings } = options;
  const store = createPlainStore(spec, options);
  // What is not kept needs no vector.
  return embeddings === undefined || (spec?.type ?? 'disabled') === 'disabled'
    ? store
    : withEmbeddings(store, embeddings);
}

function createPlainStore(spec: StoreSpec = { type: 'disabled' }, options: StoreOptions): MemoryStore {
  const { projectDirectory, taskId, onClose, onQuarantine, now } = options;
  const shared = {
    ...('max_messages' in spec && spec.max_messages !== undefined ? { maxMessages: spec.max_messages } : {}),
    ...(onClose === undefined ? {} : { onClose }),
  };
  switch (spec.type) {
    case 'disabled':
      return createDisabledStore();
    case 'in_memory':
      return createInMemoryStore(shared);
    case 'file_json': {
      const path = process.getBuiltinModule('node:path');
      const file = path.resolve(projectDirectory, taskId === undefined ? spec.path : pathOfTask(spec.path, taskId));
      const hooks = { ...(onQuarantine === undefined ? {} : { onQuarantine }), ...(now === undefined ? {} : { now }) };
      return createFileStore({ ...shared, ...hooks, file });
    }
  }
}

/** Removes what tasks that are gone remembered in files. */
export async function removeTaskMemories(
  manifest: MemorySpec,
  projectDirectory: string,
  taskIds: readonly string[],
): Promise<void> {
  const spec = manifest.memory?.task_store;
  if (spec?.type !== 'file_json') return;
  const path = process.getBuiltinModule('node:path');
  const { rm } = process.getBuiltinModule('node:fs/promises');
  for (const taskId of taskIds) {
    const file = path.resolve(projectDirectory, pathOfTask(spec.path, taskId));
    for (const one of [file, lockOf(file)]) await rm(one, { force: true });
  }
}

/** A file per task beside the one that the manifest names: "memory.json" becomes "memory.<task>.json". */
function pathOfTask(file: string, taskId: string): string {
  const nameOfTask = taskId.replaceAll(/[^\w-]/gu, (character) => `%${character.codePointAt(0)?.toString(16)}`);
  const { dir, name, ext } = process.getBuiltinModule('node:path').parse(file);
  return process.getBuiltinModule('node:path').join(dir, `${name}.${nameOfTask}${ext}`);
}
