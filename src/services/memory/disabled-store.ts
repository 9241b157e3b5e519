import type { MemoryStore } from './port.ts';

/** Remembers nothing. */
export function createDisabledStore(): MemoryStore {
  return {
    append: async () => {},
    get: async () => undefined,
    revise: async () => undefined,
    query: async () => [],
    delete: async () => false,
    stats: async () => ({ items: 0, tokens: 0, forgotten: 0 }),
    close: async () => {},
  };
}
