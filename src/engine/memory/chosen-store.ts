import { EngineError } from '../../errors/index.ts';
import type { ProjectSpec } from '../../manifest/index.ts';

/** Stores that outlive a task. */
export type ReachableStore = 'project' | 'global';

const hints = {
  project: 'project_store: { type: file_json, path: ./.project_memory.json }',
  global: 'global_store: { type: file_json, path: ../.memory.json }',
} as const satisfies Record<ReachableStore, string>;

/** Throws MEMORY_STORE_DISABLED where there is no such store, or none that another process could open. */
export function chosenStore(memory: ProjectSpec['memory'], name: ReachableStore): void {
  const type = memory.memory?.[`${name}_store`]?.type ?? 'disabled';
  if (type !== 'disabled' && type !== 'in_memory') return;
  const message =
    type === 'disabled'
      ? `The project has no ${name} memory store, or it is disabled.`
      : `The ${name} memory store is of type "in_memory": each process has its own, and loses it when it ends.`;
  throw new EngineError('MEMORY_STORE_DISABLED', message, {
    hint: `Write "${hints[name]}" into "memory" of memory.yaml.`,
    details: { store: name },
  });
}
