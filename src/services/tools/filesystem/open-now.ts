import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fail } from '../failures.ts';
import { changedWhileOpened, hasDescriptorLinks, noFollow, type Target } from './held.ts';
import { requirePermission, type FilesystemScope } from './scope.ts';

/** A file that is read at once: going through the pool of threads takes ten times as long as opening a small file. */
export interface FileNow {
  readonly isFile: boolean;
  readonly bytes: number;
  /** At most as much as fits, from the start; the file may be another size than it said. */
  read(buffer: Buffer): Buffer;
}

/**
 * Opens a path whose links are resolved, proves on what was opened that it is what was checked, and closes it after the
 * work. The same as `openChecked`, without waiting: for many small files, whose reader lets others have their turn.
 */
export function withFileNow<Result>(scope: FilesystemScope, target: Target, work: (file: FileNow) => Result): Result {
  const descriptor = openSync(target.path, constants.O_RDONLY | noFollow);
  try {
    const opened = openedPathNow(descriptor, target.path);
    if (opened !== target.path) {
      requirePermission(scope, { access: target.access, path: path.resolve(opened) }, target.asked);
      fail(changedWhileOpened(scope, target));
    }
    const info = fstatSync(descriptor);
    return work({ isFile: info.isFile(), bytes: info.size, read: (buffer) => readNow(descriptor, buffer) });
  } finally {
    closeSync(descriptor);
  }
}

function openedPathNow(descriptor: number, expected: string): string {
  if (hasDescriptorLinks()) return readlinkSync(`/proc/self/fd/${descriptor}`);
  const found = realpathSync(expected);
  const [opened, present] = [fstatSync(descriptor, { bigint: true }), lstatSync(found, { bigint: true })];
  return opened.dev === present.dev && opened.ino === present.ino ? found : `${expected} (replaced)`;
}

function readNow(descriptor: number, buffer: Buffer): Buffer {
  let total = 0;
  while (total < buffer.length) {
    const bytesRead = readSync(descriptor, buffer, total, buffer.length - total, total);
    if (bytesRead === 0) break;
    total += bytesRead;
  }
  return buffer.subarray(0, total);
}
