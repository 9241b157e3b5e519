import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { withFileNow } from '../open-now.ts';
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

/** In the order of the files, one after another: reading them side by side is slower than reading them at once. */
export async function searchFiles(search: FileSearch, files: readonly SearchedFile[]): Promise<SearchResult> {
  const matches: LineMatch[] = [];
  const skipped: Skipped = { binary: 0, too_large: 0, unreadable: 0, long_lines: 0 };
  const shared = { ...search, pause: createPause(search.signal), room: createRoom(search.maxFileBytes) };
  let [searched, bytesLeft] = [0, search.maxBytes];
  for (const file of files) {
    const limit = search.maxMatches - matches.length + 1;
    const inFile = await searchFile({ ...shared, limit }, file);
    if (inFile.skipped !== undefined) skipped[inFile.skipped] += 1;
    searched += inFile.isSearched ? 1 : 0;
    const fitting = thatFit(inFile.matches, { bytes: bytesLeft, count: search.maxMatches - matches.length });
    matches.push(...fitting.matches);
    bytesLeft = fitting.bytesLeft;
    if (fitting.isCut) return { matches, files: searched, skipped, truncated: true };
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
  readonly room: (bytes: number) => Buffer;
}

async function searchFile(search: OneSearch, { real, shown }: SearchedFile): Promise<InFile> {
  const { signal, matcher, context, limit, pause } = search;
  signal.throwIfAborted();
  await pause();
  const content = readFile(search, { real, shown });
  if (typeof content === 'string') return { matches: [], isSearched: false, skipped: content };
  if (!matcher.mayBeInBytes(content)) return { matches: [], isSearched: true };
  const text = content.toString('utf8');
  const { matches, isCut } = await searchText({ path: shown, text, matcher, context, limit, pause });
  return { matches, isSearched: true, ...(isCut && { skipped: 'long_lines' as const }) };
}

/** The content, which is good until the next file is read. */
function readFile(search: OneSearch, { real, shown }: SearchedFile): Buffer | keyof Skipped {
  const { scope, maxFileBytes, room } = search;
  const target = { access: 'read', asked: shown, path: real } as const;
  try {
    requirePermission(scope, target, shown);
    return withFileNow(scope, target, (file) => {
      if (!file.isFile) return 'unreadable';
      if (file.bytes > maxFileBytes) return 'too_large';
      const content = file.read(room(file.bytes));
      if (content.length > maxFileBytes) return 'too_large';
      return content.includes(0) ? 'binary' : content;
    });
  } catch {
    return 'unreadable';
  }
}

const smallestRoom = 65_536;

/** One piece of memory for all files, with room for more than a file said that it has, and than it may have. */
function createRoom(maxFileBytes: number): (bytes: number) => Buffer {
  let all = Buffer.allocUnsafe(0);
  return (bytes) => {
    const wanted = Math.min(Math.max(bytes + 1, smallestRoom), maxFileBytes + 1);
    if (all.length < wanted) all = Buffer.allocUnsafe(wanted);
    return all;
  };
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
