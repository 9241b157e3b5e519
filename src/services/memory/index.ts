export {
  createMemoryStores,
  removeTaskMemories,
  type MemoryStores,
  type MemoryStoresOptions,
} from './create-stores.ts';
export { createDisabledStore } from './disabled-store.ts';
export { createFileStore, type FileStoreOptions } from './file-store.ts';
export type { IngestedDocument } from './ingest/ingest.ts';
export { ingest } from './ingest/load-ingest.ts';
export type { EmbeddingFailure } from './embedding/embeddings.ts';
export { createInMemoryStore, type InMemoryStoreOptions } from './in-memory-store.ts';
export { neverShown, passes } from './filter.ts';
export type { Quarantine } from './quarantine.ts';
export { MemoryItem, type MemoryFilter, type MemoryQuery, type MemoryStats, type MemoryStore } from './port.ts';
export { rankItems } from './ranking.ts';
export { storeFiles } from './store-path.ts';
export { createSqliteStore } from './sqlite-store.ts';
export { decodeVector, encodeVector } from './vector-text.ts';
