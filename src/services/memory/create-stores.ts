import type { MemorySpec, StoreSpec } from '../../manifest/index.ts';
import { createDisabledStore } from './disabled-store.ts';
import { createFileStore } from './file-store.ts';
import { createInMemoryStore } from './in-memory-store.ts';
import { lockOf } from './file-lock.ts';
import type { Quarantine } from './memory-file.ts';
import type { MemoryStore } from './port.ts';

export interface MemoryStoresOptions {
  readonly projectDirectory: string;
  readonly onQuarantine?: (quarantine: Quarantine) => void;
  readonly now?: () => number;
}

export interface MemoryStores {
  /** The store of one task: the same one until it is closed. */
  task(taskId: string): MemoryStore;
  readonly project: MemoryStore;
  readonly global: MemoryStore;
  /** Closes all of them, also those of tasks. */
  close(): Promise<void>;
}

/** The stores that a manifest declares; one that it does not declare remembers nothing. */
export function createMemoryStores(manifest: MemorySpec, options: MemoryStoresOptions): MemoryStores {
  const specs = manifest.memory ?? {};
  const ofTasks = new Map<string, MemoryStore>();
  const project = createStore(specs.project_store, options);
  const global = createStore(specs.global_store, options);
  // One for all tasks: a disabled store is not told when a task is over, and would be kept for ever.
  const disabled = (specs.task_store?.type ?? 'disabled') === 'disabled' ? createDisabledStore() : undefined;
  const task = (taskId: string): MemoryStore => {
    const known = ofTasks.get(taskId) ?? disabled;
    if (known !== undefined) return known;
    const store = createStore(specs.task_store, { ...options, taskId, onClose: () => ofTasks.delete(taskId) });
    ofTasks.set(taskId, store);
    return store;
  };
  const close = async (): Promise<void> => {
    await Promise.all([project, global, ...ofTasks.values()].map((store) => store.close()));
  };
  return { task, project, global, close };
}

interface StoreOptions extends MemoryStoresOptions {
  readonly taskId?: string;
  readonly onClose?: () => void;
}

function createStore(spec: StoreSpec = { type: 'disabled' }, options: StoreOptions): MemoryStore {
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
