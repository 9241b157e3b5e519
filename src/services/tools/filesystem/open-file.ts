import { lstat, realpath, type FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { fail, quote, toolFailed } from '../failures.ts';
import { denySpecialFile, openChecked } from './held.ts';
import { locate, requirePermission, type FilesystemScope } from './scope.ts';

export interface OpenedFile {
  readonly handle: FileHandle;
  /** As asked, relative to the root. */
  readonly relative: string;
  readonly bytes: number;
}

/** Opens a regular file for reading. Links are followed as long as they stay inside; the caller closes the handle. */
export async function openFile(scope: FilesystemScope, asked: string): Promise<OpenedFile> {
  const located = locate(scope, asked, 'read');
  const real = await realpath(located.absolute);
  requirePermission(scope, { access: 'read', path: real }, asked);
  // Looked at before it is opened, since opening a device can already have an effect.
  requireRegularFile(scope, asked, await lstat(real));
  const handle = await openChecked(scope, { access: 'read', asked, path: real });
  try {
    const info = await handle.stat();
    requireRegularFile(scope, asked, info);
    return { handle, relative: located.relative, bytes: info.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function requireRegularFile(scope: FilesystemScope, asked: string, info: Stats): void {
  if (info.isFile()) return;
  if (info.isDirectory()) {
    fail(toolFailed(`Tool "${scope.tool}" could not read ${quote(asked)}: it is a directory.`, 'Name a file in it.'));
  }
  denySpecialFile(scope, { access: 'read', asked });
}

const chunkBytes = 65_536;

/** At most `maxBytes` from the start of a file, which may be another size than it said. */
export async function readStart(handle: FileHandle, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < maxBytes) {
    signal.throwIfAborted();
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, maxBytes - total));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, total);
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
  }
  return Buffer.concat(chunks);
}
