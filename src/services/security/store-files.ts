import path from 'node:path';

/** Where a memory store, or the audit log, keeps what it holds. */
export interface StoreFile {
  /** The real path. */
  readonly file: string;
  /** Each task has a file of its own, which has the name of the task before its extension. */
  readonly isPerTask: boolean;
  /** It is the audit log, which is to show what tools did. */
  readonly isAudit?: boolean;
}

/** What stores and databases keep beside a file: journals, and copies of what was damaged. */
const partsOfFile = /^(?:-wal|-shm|-journal|\.corrupt-.*)?$/su;
/** The same under its name behind a dot: locks, and what a write is made of before it takes the place of the file. */
const hiddenParts = /^\.(?:lock|tmp)/u;
const taskName = /^[\w%-]+/u;

/** Whether a path is the file of a store, or one that belongs to it. Both are folded in the same way. */
export function isOfStore(target: string, { file, isPerTask }: StoreFile): boolean {
  const directory = path.dirname(file);
  if (path.dirname(target) !== directory) return false;
  const name = path.basename(target);
  const rest = (whole: string): string | undefined => (isPerTask ? restOfTask(whole, file) : restOf(whole, file));
  const hidden = name.startsWith('.') ? rest(name.slice(1)) : undefined;
  return partsOfFile.test(rest(name) ?? '?') || hiddenParts.test(hidden ?? '');
}

function restOf(name: string, file: string): string | undefined {
  const base = path.basename(file);
  return name.startsWith(base) ? name.slice(base.length) : undefined;
}

function restOfTask(name: string, file: string): string | undefined {
  const { name: stem, ext } = path.parse(file);
  if (!name.startsWith(`${stem}.`)) return undefined;
  const behind = name.slice(stem.length + 1).replace(taskName, '');
  return behind.startsWith(ext) ? behind.slice(ext.length) : undefined;
}
