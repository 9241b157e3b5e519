import { lstatSync } from 'node:fs';
import path from 'node:path';
import { denied, fail, quote } from '../failures.ts';
import type { FilesystemScope } from './scope.ts';

/** What git takes a directory for its own by, whatever that is called. */
const marks = ['HEAD', 'objects', 'refs'] as const;

/** A step on the way to what is written. */
interface GitStep {
  readonly asked: string;
  /** The path to look into it by. */
  readonly directory: string;
  /** What is entered or written in it. */
  readonly name: string;
}

/**
 * Throws the denial of a write into a directory of git that is not called ".git": a bare one, or one that ".git" links or points to.
 * The next git command would run its hooks and take its settings. A directory counts, too, that the write would make one.
 */
export function denyGitDirectory(scope: FilesystemScope, { asked, directory, name }: GitStep): void {
  const isOne = marks.every((mark) => name.toLowerCase() === mark.toLowerCase() || isThere(path.join(directory, mark)));
  if (!isOne) return;
  const rule = 'always: directories of git';
  const message = `Tool "${scope.tool}" may not write ${quote(asked)}: it lies in a directory of git, or would make one (rule ${rule}).`;
  fail(denied(message, rule));
}

/** The same for all directories that a directory lies in. */
export function denyGitAbove(scope: FilesystemScope, asked: string, below: string): void {
  for (let at = below; path.dirname(at) !== at; at = path.dirname(at)) {
    denyGitDirectory(scope, { asked, directory: path.dirname(at), name: path.basename(at) });
  }
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
