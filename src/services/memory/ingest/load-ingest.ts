import type { IngestedDocument, IngestOptions } from './ingest.ts';

/** Takes documents into a store. What reads and parses them is loaded now: most processes never take any in. */
export async function ingest(paths: readonly string[], options: IngestOptions): Promise<readonly IngestedDocument[]> {
  const loaded = await import('./ingest.ts');
  return loaded.ingest(paths, options);
}
