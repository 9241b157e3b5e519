import { constants, existsSync } from 'node:fs';
import { lstat, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { FilesystemAccess } from '../../security/index.ts';
import { denied, fail, quote, toolFailed } from '../failures.ts';
import { requirePermission, type FilesystemScope } from './scope.ts';

/** A path on its way to being opened. */
export interface Target {
  readonly access: FilesystemAccess;
  readonly asked: string;
  /** Where it was found to be, with all links resolved. */
  readonly path: string;
}

/** A directory that is held open. `child` names what is in it even when its own path is moved or linked meanwhile. */
export interface HeldDirectory {
  readonly handle: FileHandle;
  readonly path: string;
  child(name: string): string;
  /** The path to list it by. */
  readonly self: string;
}

// Systems without these flags lack the risk (O_NONBLOCK) or get the check after opening alone (O_NOFOLLOW).
const flags = constants;
export const noFollow = (flags.O_NOFOLLOW ?? 0) | (flags.O_NONBLOCK ?? 0);
const directoryOnly = (flags.O_DIRECTORY ?? 0) | noFollow;

/** Opens a path whose links are resolved, and proves on the open handle that it is the one that was checked. */
export async function openChecked(scope: FilesystemScope, target: Target): Promise<FileHandle> {
  return await verified(scope, target, await openOrDeny(scope, target, constants.O_RDONLY | noFollow));
}

export async function holdDirectory(scope: FilesystemScope, target: Target): Promise<HeldDirectory> {
  const handle = await openOrDeny(scope, target, constants.O_RDONLY | directoryOnly);
  return heldDirectory(await verified(scope, target, handle), target.path);
}

/** Opens a directory by its name in a held one, so that no link can stand in for it. */
export async function holdChild(
  scope: FilesystemScope,
  parent: HeldDirectory,
  child: { readonly name: string } & Omit<Target, 'path'>,
): Promise<HeldDirectory> {
  const target = { access: child.access, asked: child.asked, path: path.join(parent.path, child.name) };
  const handle = await open(parent.child(child.name), constants.O_RDONLY | directoryOnly);
  return heldDirectory(await verified(scope, target, handle), target.path);
}

async function openOrDeny(scope: FilesystemScope, target: Target, openFlags: number): Promise<FileHandle> {
  try {
    return await open(target.path, openFlags);
  } catch (error) {
    const isLink = await lstat(target.path).then(
      (info) => info.isSymbolicLink(),
      () => false,
    );
    if (isLink) fail(changedWhileOpened(scope, target));
    throw error;
  }
}

async function verified(scope: FilesystemScope, target: Target, handle: FileHandle): Promise<FileHandle> {
  try {
    const opened = await openedPath(handle, target.path);
    if (opened !== target.path) {
      requirePermission(scope, { access: target.access, path: path.resolve(opened) }, target.asked);
      fail(changedWhileOpened(scope, target));
    }
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

export function changedWhileOpened(scope: FilesystemScope, target: Target): ReturnType<typeof toolFailed> {
  return toolFailed(
    `Tool "${scope.tool}" could not ${target.access} ${quote(target.asked)}: it was replaced while it was being opened.`,
    'Try again when nothing else changes the path.',
  );
}

/** Where the open file is now, by the kernel's word; elsewhere by comparing it with what is at the path. */
async function openedPath(handle: FileHandle, expected: string): Promise<string> {
  if (hasDescriptorLinks()) return await readlink(`/proc/self/fd/${handle.fd}`);
  const found = await realpath(expected);
  const [opened, present] = await Promise.all([handle.stat({ bigint: true }), lstat(found, { bigint: true })]);
  return opened.dev === present.dev && opened.ino === present.ino ? found : `${expected} (replaced)`;
}

function heldDirectory(handle: FileHandle, real: string): HeldDirectory {
  const self = hasDescriptorLinks() ? `/proc/self/fd/${handle.fd}` : real;
  return { handle, path: real, self, child: (name) => path.join(self, name) };
}

let isThere: boolean | undefined;

export function hasDescriptorLinks(): boolean {
  isThere ??= process.platform === 'linux' && existsSync('/proc/self/fd');
  return isThere;
}

/** Throws the denial of everything that is neither a file nor a directory: devices, pipes and sockets can hang or act. */
export function denySpecialFile(scope: FilesystemScope, target: Omit<Target, 'path'>): never {
  const rule = 'always: regular files';
  const message = `Tool "${scope.tool}" may not ${target.access} ${quote(target.asked)}: it is a device, pipe or socket (rule ${rule}).`;
  return fail(denied(message, rule));
}
