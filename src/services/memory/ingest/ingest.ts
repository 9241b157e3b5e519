import { access } from 'node:fs/promises';
import { isAbsolute, relative as relativePath, resolve, sep } from 'node:path';
import type { Embeddings } from '../embedding/embeddings.ts';
import type { MemoryItem, MemoryStore } from '../port.ts';
import { documentItems, markOf, type DocumentItems } from './document-items.ts';
import { formatOf } from './document-format.ts';
import { findFiles, type FoundFile, type FoundFiles } from './find-files.ts';
import { readDocument } from './read-document.ts';

export interface IngestOptions {
  readonly store: MemoryStore;
  /** What the paths are relative to. */
  readonly directory: string;
  /** Documents below it are known by their path from there; all others, and without it all, by their whole path. */
  readonly home?: string;
  readonly tags?: readonly string[];
  /** Take in also what did not change. Default: false. */
  readonly again?: boolean;
  /** Default: 5 MB. */
  readonly maxBytes?: number;
  /** Why a file must not be taken in, as half a sentence. Default: none is refused. */
  readonly refusalOf?: (file: string) => Promise<string | undefined>;
  /** What makes vectors; items that have none of today are written again. */
  readonly embeddings?: Embeddings | undefined;
}

export interface IngestedDocument {
  readonly path: string;
  /** `removed`: its file is gone; `skipped`: it is no document. */
  readonly status: 'added' | 'changed' | 'unchanged' | 'removed' | 'skipped';
  readonly chunks: number;
  /** Why it was skipped: half a sentence. */
  readonly problem?: string;
  /** Whether the path was named itself. */
  readonly named: boolean;
}

const defaultMaxBytes = 5_000_000;

/** What a store has of one document. */
interface Known {
  document?: MemoryItem;
  readonly chunks: MemoryItem[];
}

/**
 * Takes documents into a store, each as one item and its chunks. A document that is there and did not change is left alone; of one
 * that did, chunks that are the same keep their vectors, and those that are gone are removed. Throws MEMORY_DOCUMENT_UNREADABLE for a path at which
 * nothing is, and what the store throws.
 */
export async function ingest(paths: readonly string[], options: IngestOptions): Promise<readonly IngestedDocument[]> {
  const { store, directory } = options;
  const found = await findFiles(paths, directory);
  const known = await knownDocuments(store);
  const done: IngestedDocument[] = [];
  for (const file of found.files) done.push(await ingestFile(file, { ...options, known }));
  return [...done, ...(await removeGone(found, { ...options, known }))];
}

interface Ingestion extends IngestOptions {
  readonly known: ReadonlyMap<string, Known>;
}

async function knownDocuments(store: MemoryStore): Promise<Map<string, Known>> {
  const known = new Map<string, Known>();
  for (const item of await store.query({ policy: 'recency', kinds: ['document', 'chunk'] })) {
    const entry = known.get(item.source) ?? { chunks: [] };
    if (item.kind === 'document') entry.document = item;
    else entry.chunks.push(item);
    known.set(item.source, entry);
  }
  return known;
}

async function ingestFile({ file, isNamed: named }: FoundFile, options: Ingestion): Promise<IngestedDocument> {
  const { known, tags = [], again = false, embeddings } = options;
  const path = sourceOf(file, options.home);
  const read = await readAllowed(file, options);
  if ('unread' in read) return { path, status: 'skipped', chunks: 0, problem: read.unread, named };
  const before = known.get(path);
  if (!again && before !== undefined && isWhole(before, markOf(read, tags), embeddings))
    return { path, status: 'unchanged', chunks: before.chunks.length, named };
  const items = documentItems({ source: path, format: formatOf(file), tags }, read);
  await replaceDocument(items, before?.chunks ?? [], options);
  return { path, status: before === undefined ? 'added' : 'changed', chunks: items.chunks.length, named };
}

async function readAllowed(
  file: string,
  { maxBytes = defaultMaxBytes, refusalOf }: IngestOptions,
): ReturnType<typeof readDocument> {
  const refusal = await refusalOf?.(file);
  return refusal === undefined ? readDocument(file, maxBytes) : { unread: refusal };
}

async function replaceDocument(
  { document, chunks }: DocumentItems,
  before: readonly MemoryItem[],
  { store, again = false }: Ingestion,
): Promise<void> {
  const known = new Map(again ? [] : before.map((chunk) => [chunk.id, chunk]));
  await store.append(chunks.map((chunk) => withKnownVector(chunk, known.get(chunk.id))));
  const ids = new Set(chunks.map(({ id }) => id));
  await removeAll(
    store,
    before.filter(({ id }) => !ids.has(id)),
  );
  // Last, since it says that all of it is there.
  await store.append([document]);
}

/** A chunk's id is that of its text: what has the same one has the same vector. */
function withKnownVector(chunk: MemoryItem, before: MemoryItem | undefined): MemoryItem {
  return before?.embedding === undefined ? chunk : { ...chunk, embedding: before.embedding };
}

function isWhole({ document, chunks }: Known, mark: string, embeddings: Embeddings | undefined): boolean {
  if (document?.metadata['mark'] !== mark || document.metadata['chunks'] !== chunks.length) return false;
  return embeddings === undefined || !chunks.some((chunk) => embeddings.needsVector(chunk));
}

/** Documents of a directory that was looked through, whose files are not there any more. */
async function removeGone({ files, directories }: FoundFiles, options: Ingestion): Promise<IngestedDocument[]> {
  const { store, known, home } = options;
  const there = new Set(files.map(({ file }) => sourceOf(file, home)));
  const removed: IngestedDocument[] = [];
  for (const [source, { document, chunks }] of known) {
    const place = resolve(home ?? sep, source);
    const isGone = directories.some((directory) => place.startsWith(directory + sep)) && !there.has(source);
    // What people wrote as a chunk of something that is no file is theirs.
    if (!isGone || document === undefined || (await isThere(place))) continue;
    await removeAll(store, [...chunks, document]);
    removed.push({ path: source, status: 'removed', chunks: chunks.length, named: false });
  }
  return removed;
}

/** A file may have been named itself, and be left out of its directory. */
async function isThere(place: string): Promise<boolean> {
  try {
    await access(place);
    return true;
  } catch {
    return false;
  }
}

async function removeAll(store: MemoryStore, items: readonly MemoryItem[]): Promise<void> {
  await Promise.all(items.map(({ id }) => store.delete(id)));
}

function sourceOf(file: string, home: string | undefined): string {
  if (home === undefined) return file;
  const relative = relativePath(home, file);
  const isOutside = relative.startsWith('..') || isAbsolute(relative);
  return isOutside ? file : relative.split(sep).join('/');
}
