import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openChecked } from '../held.ts';
import { readStart } from '../open-file.ts';
import { requirePermission, type FilesystemScope } from '../scope.ts';
import type { LineMatcher } from './line-matcher.ts';
import { searchText, type LineMatch } from './search-text.ts';

/** A file by its real path and by the one it is shown with. */
export interface SearchedFile {
  readonly real: string;
  readonly shown: string;
}

export interface FileSearch {
  readonly scope: FilesystemScope;
  readonly matcher: LineMatcher;
  readonly context: number;
  readonly maxMatches: number;
  readonly maxFileBytes: number;
  /** Of all matches together, as JSON. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface Skipped {
  binary: number;
  too_large: number;
  /** Gone, closed to us or replaced since they were listed. */
  unreadable: number;
  /** Searched, but with lines that a regular expression is not tried on to their end. */
  long_lines: number;
}

export interface SearchResult {
  readonly matches: readonly LineMatch[];
  readonly files: number;
  readonly skipped: Skipped;
  /** There are more matches than are given. */
  readonly truncated: boolean;
}

/** Files that are read at a time. */
const batchSize = 16;

/** In the order of the files, whichever is read first. */
export async function searchFiles(search: FileSearch, files: readonly SearchedFile[]): Promise<SearchResult> {
  const matches: LineMatch[] = [];
  const skipped: Skipped = { binary: 0, too_large: 0, unreadable: 0, long_lines: 0 };
  const pause = createPause(search.signal);
  let [searched, bytesLeft] = [0, search.maxBytes];
  for (let at = 0; at < files.length; at += batchSize) {
    const limit = search.maxMatches - matches.length + 1;
    const batch = files.slice(at, at + batchSize);
    const found = await Promise.all(batch.map(async (file) => await searchFile({ ...search, limit, pause }, file)));
    for (const inFile of found) {
      if (inFile.skipped !== undefined) skipped[inFile.skipped] += 1;
      searched += inFile.isSearched ? 1 : 0;
      const fitting = thatFit(inFile.matches, { bytes: bytesLeft, count: search.maxMatches - matches.length });
      matches.push(...fitting.matches);
      bytesLeft = fitting.bytesLeft;
      if (fitting.isCut) return { matches, files: searched, skipped, truncated: true };
    }
  }
  return { matches, files: searched, skipped, truncated: false };
}

interface Fitting {
  readonly matches: readonly LineMatch[];
  readonly bytesLeft: number;
  readonly isCut: boolean;
}

function thatFit(matches: readonly LineMatch[], room: { readonly bytes: number; readonly count: number }): Fitting {
  let bytesLeft = room.bytes;
  for (const [index, match] of matches.entries()) {
    const rest = bytesLeft - Buffer.byteLength(JSON.stringify(match)) - 1;
    if (index === room.count || rest < 0) return { matches: matches.slice(0, index), bytesLeft, isCut: true };
    bytesLeft = rest;
  }
  return { matches, bytesLeft, isCut: false };
}

interface InFile {
  readonly matches: readonly LineMatch[];
  readonly isSearched: boolean;
  readonly skipped?: keyof Skipped;
}

interface OneSearch extends FileSearch {
  readonly limit: number;
  readonly pause: () => Promise<void>;
}

async function searchFile(search: OneSearch, { real, shown }: SearchedFile): Promise<InFile> {
  const { signal } = search;
  signal.throwIfAborted();
  const content = await readText(search, { real, shown }).catch((): keyof Skipped => 'unreadable');
  signal.throwIfAborted();
  if (typeof content === 'string') return { matches: [], isSearched: false, skipped: content };
  const { matcher, context, limit, pause } = search;
  const text = content.toString('utf8');
  const { matches, isCut } = await searchText({ path: shown, text, matcher, context, limit, pause });
  return { matches, isSearched: true, ...(isCut && { skipped: 'long_lines' as const }) };
}

async function readText(
  { scope, maxFileBytes, signal }: OneSearch,
  { real, shown }: SearchedFile,
): Promise<Buffer | keyof Skipped> {
  const target = { access: 'read', asked: shown, path: real } as const;
  requirePermission(scope, target, shown);
  const handle = await openChecked(scope, target);
  try {
    const info = await handle.stat();
    if (!info.isFile()) return 'unreadable';
    if (info.size > maxFileBytes) return 'too_large';
    const content = await readStart(handle, maxFileBytes + 1, signal);
    if (content.length > maxFileBytes) return 'too_large';
    return content.includes(0) ? 'binary' : content;
  } finally {
    await handle.close();
  }
}

const longestTurnMs = 10;

/** Lets timers and other tasks have their turn when the search has had its own for long enough. */
function createPause(signal: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < longestTurnMs) return;
    await nextTurn();
    signal.throwIfAborted();
    since = performance.now();
  };
}

/** Where a file that was listed below a start really is; the walk follows no links. */
export function realPathOf(start: { readonly real: string; readonly shown: string }, shown: string): string {
  return path.join(start.real, start.shown === '' ? shown : shown.slice(start.shown.length + 1));
}
