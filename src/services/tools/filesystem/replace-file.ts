import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { Failure } from '../../../errors/index.ts';
import { denied, fail, quote, toolFailed } from '../failures.ts';
import { denySpecialFile, noFollow } from './held.ts';
import { readStart } from './open-file.ts';
import type { FilesystemScope } from './scope.ts';
import { systemErrorCode } from '../system-error.ts';
import { denyLink, type WritePlace } from './write-place.ts';

/** The file that is at a place before it is written. */
export interface Present {
  readonly hash: string;
  readonly bytes: number;
  readonly mode: number;
  /** The first bytes of it, no more than asked for. */
  readonly start: Buffer;
}

interface Look {
  readonly signal: AbortSignal;
  readonly maxStartBytes: number;
  /** A larger file is refused before it is read. Default: 1 GiB. */
  readonly maxBytes?: number;
}

const largestFileBytes = 1_073_741_824;

/** What is at the place; undefined when nothing is. Throws the denial of what may not be replaced. */
export async function lookAt(scope: FilesystemScope, place: WritePlace, look: Look): Promise<Present | undefined> {
  const at = place.directory.child(place.name);
  try {
    const info = await lstat(at);
    if (info.isSymbolicLink()) denyLink(scope, place.asked);
    if (info.isDirectory()) {
      fail(toolFailed(`Tool "${scope.tool}" could not write ${quote(place.asked)}: it is a directory.`));
    }
    if (!info.isFile()) denySpecialFile(scope, { access: 'write', asked: place.asked });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const handle = await open(at, constants.O_RDONLY | noFollow);
  try {
    return await describePresent(scope, place, { handle, ...look });
  } finally {
    await handle.close();
  }
}

async function describePresent(
  scope: FilesystemScope,
  place: WritePlace,
  { handle, signal, maxStartBytes, maxBytes = largestFileBytes }: Look & { readonly handle: FileHandle },
): Promise<Present> {
  const info = await handle.stat();
  if (!info.isFile()) denySpecialFile(scope, { access: 'write', asked: place.asked });
  if (info.nlink > 1) {
    const rule = 'always: no writes to hard links';
    const message = `Tool "${scope.tool}" may not write ${quote(place.asked)}: the file has a second name elsewhere (rule ${rule}).`;
    fail(denied(message, rule, 'Break the hard link by copying the file, or write under another name.'));
  }
  // All of it is read for the hash, and a file with holes can be larger than any disk.
  if (info.size > maxBytes) fail(tooLarge(scope, place, maxBytes));
  const hash = await hashFile(handle, signal);
  return { hash, bytes: info.size, mode: info.mode % 0o1000, start: await readStart(handle, maxStartBytes, signal) };
}

function tooLarge({ tool }: FilesystemScope, { asked }: WritePlace, maxBytes: number): Failure {
  const message = `Tool "${tool}" may not replace ${quote(asked)}: it is larger than ${maxBytes} bytes.`;
  return { code: 'tool.output_limit', message, hint: 'Write under another name.', details: { max_bytes: maxBytes } };
}

export function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function hashFile(handle: FileHandle, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(65_536);
  for (let position = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

interface Replacing {
  readonly mode: number | undefined;
  readonly signal: AbortSignal;
  /** Awaited when all that is left is to give the new file its name; what it throws keeps the old one. */
  readonly lastCheck?: () => Promise<void>;
}

/** Puts content at a place in one step: whoever reads meanwhile sees the old file or the new one, whole. */
export async function replaceFile(
  place: WritePlace,
  content: Buffer,
  { mode, signal, lastCheck }: Replacing,
): Promise<void> {
  const temporary = place.directory.child(`.agent-engine-${randomBytes(8).toString('hex')}.tmp`);
  const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow, 0o666);
  try {
    try {
      if (mode !== undefined) await handle.chmod(mode);
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    signal.throwIfAborted();
    await lastCheck?.();
    await rename(temporary, place.directory.child(place.name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // Some file systems cannot sync a directory; the content is in place all the same.
  await place.directory.handle.sync().catch(() => undefined);
}
