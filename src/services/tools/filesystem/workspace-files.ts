import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { ToolEnvironment } from '../adapter.ts';
import { fail, quote, toolFailed } from '../failures.ts';
import type { RestoredContent, WorkspaceFiles } from '../port.ts';
import { systemErrorCode, toFailure } from '../system-error.ts';
import { lookAt, replaceFile } from './replace-file.ts';
import { locate, type FilesystemScope } from './scope.ts';
import { openPlace, type WritePlace } from './write-place.ts';

interface Place extends WritePlace {
  readonly scope: FilesystemScope;
}

/** Changes are taken back by the same way that they were made: through the scope of the tool, and in one step each. */
export function createWorkspaceFiles(scope: FilesystemScope, environment: ToolEnvironment): WorkspaceFiles {
  const absoluteOf = (relative: string): string => path.resolve(environment.projectDirectory, relative);
  const at = async <Result>(relative: string, create: boolean, work: (place: Place) => Promise<Result>) => {
    try {
      const place = await openPlace(scope, absoluteOf(relative), create);
      if ('missing' in place) return undefined;
      try {
        return await work({ ...place, scope });
      } finally {
        await place.directory.handle.close();
      }
    } catch (error) {
      return fail(toFailure(error, `Tool "${scope.tool}" could not take ${quote(relative)} back`));
    }
  };
  return {
    hashAt: async (relative) => (await at(relative, false, hashOfPlace)) ?? null,
    restore: async (relative, restored) => {
      const { absolute } = locate(scope, absoluteOf(relative), 'write');
      await environment.serialize(absolute, () =>
        at(relative, restored.content !== null, (place) => restoreAt(place, restored)),
      );
    },
    removeDirectory: async (relative) => (await at(relative, false, removeEmpty)) ?? false,
  };
}

const signal = new AbortController().signal;

async function hashOfPlace(place: Place): Promise<string | null> {
  const present = await lookAt(place.scope, place, { signal, maxStartBytes: 0 });
  return present?.hash ?? null;
}

async function restoreAt(place: Place, { content, expected }: RestoredContent): Promise<void> {
  const present = await lookAt(place.scope, place, { signal, maxStartBytes: 0 });
  if ((present?.hash ?? null) !== expected) fail(toolFailed(`The file ${quote(place.relative)} was changed just now.`));
  if (content !== null) {
    await replaceFile(place, content, { mode: present?.mode, signal });
    return;
  }
  await rm(place.directory.child(place.name), { force: true });
  await place.directory.handle.sync().catch(() => undefined); // see replaceFile
}

const leftAlone = new Set(['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR']);

async function removeEmpty(place: Place): Promise<boolean> {
  try {
    await rmdir(place.directory.child(place.name));
    return true;
  } catch (error) {
    if (leftAlone.has(systemErrorCode(error) ?? '')) return false;
    throw error;
  }
}
