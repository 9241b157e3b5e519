import type { StoredChange } from '../../services/index.ts';

/** All changes of one file that are not undone yet, newest first. */
export interface ChangedFile {
  readonly path: string;
  readonly tool: string;
  readonly changes: readonly StoredChange[];
}

export interface Target {
  /** What the file is to hold: sha256, or null for no file. */
  readonly hash: string | null;
  /** Whether the file is as the changes left it, or as it was before them. */
  readonly isExpected: boolean;
}

export function changedFiles(changes: readonly StoredChange[]): readonly ChangedFile[] {
  const open = changes.filter((change) => change.undone_at === undefined);
  const groups = Map.groupBy(open, ({ path }) => path);
  return Array.from(groups, ([path, own]) => ({ path, tool: own[0]?.tool ?? '', changes: own }));
}

/** Follows the changes of a file back from what is in it now. */
export function targetOf({ changes }: ChangedFile, present: string | null): Target {
  const first = changes.at(-1)?.before ?? null;
  // An undo that was killed may have put it back already.
  if (present === first) return { hash: first, isExpected: true };
  let state = present;
  for (const { before, after } of changes) {
    if (state === after) state = before;
    // A change is recorded before it is made, and its process may have died in between: then there is nothing to take back.
    else if (state !== before) return { hash: first, isExpected: false };
  }
  return { hash: state, isExpected: true };
}

/** Directories that were made for files, deepest first. */
export function madeDirectories(changes: readonly StoredChange[]): readonly (readonly [tool: string, path: string])[] {
  const tools = new Map(changes.flatMap(({ tool, directories }) => directories.map((path) => [path, tool] as const)));
  return Array.from(tools, ([path, tool]) => [tool, path] as const).toSorted(([, a], [, b]) => b.length - a.length);
}
