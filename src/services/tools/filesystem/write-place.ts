import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { realLocation } from '../../security/index.ts';
import { denied, fail, quote, toolFailed } from '../failures.ts';
import { denyGitAbove, denyGitDirectory } from './git-directory.ts';
import { holdChild, holdDirectory, type HeldDirectory } from './held.ts';
import { locate, type Asked, type FilesystemScope } from './scope.ts';
import { systemErrorCode } from '../system-error.ts';

/** A place to write to: the name of a file in a directory that is held open. */
export interface WritePlace extends Asked {
  readonly directory: HeldDirectory;
  readonly name: string;
  /** Directories below the root that were made on the way, outermost first. */
  readonly made: readonly string[];
}

export interface Missing {
  readonly missing: true;
}

/**
 * Goes down from the root, one held directory at a time, and through no link at all. The caller closes the directory.
 * Without `create` a directory that is not there ends the way.
 */
export async function openPlace(scope: FilesystemScope, asked: string, create: boolean): Promise<WritePlace | Missing> {
  const located = locate(scope, asked, 'write');
  if (located.relative === '.' || asked.endsWith('/')) {
    fail(toolFailed(`Tool "${scope.tool}" could not write ${quote(asked)}: it is a directory.`, 'Name a file in it.'));
  }
  const names = located.relative.split('/');
  const name = names.pop() ?? '';
  const made: string[] = [];
  let directory = await openRoot(scope, asked, create);
  for (const next of names) {
    if (directory === undefined) break;
    directory = await enter(scope, directory, { name: next, asked, create, made });
  }
  if (directory === undefined) return { missing: true };
  const place = { ...located, directory, name, made };
  try {
    denyGitDirectory(scope, { asked, directory: directory.self, name });
    return place;
  } catch (error) {
    await directory.handle.close();
    throw error;
  }
}

/** What of the root is not there is made name by name, too: a link that is put on the way meanwhile leads nowhere. */
async function openRoot(scope: FilesystemScope, asked: string, create: boolean): Promise<HeldDirectory | undefined> {
  if ((await realLocation(scope.root.path)) !== scope.root.path) denyLink(scope, asked);
  denyGitAbove(scope, asked, scope.root.path);
  const missing: string[] = [];
  let directory = await holdIfThere(scope, asked, scope.root.path);
  if (!create) return directory;
  for (let at = scope.root.path; directory === undefined; at = path.dirname(at)) {
    missing.unshift(path.basename(at));
    directory = await holdIfThere(scope, asked, path.dirname(at));
  }
  for (const name of missing) {
    if (directory === undefined) break;
    directory = await enter(scope, directory, { name, asked, create, made: [] });
  }
  return directory;
}

async function holdIfThere(scope: FilesystemScope, asked: string, real: string): Promise<HeldDirectory | undefined> {
  try {
    return await holdDirectory(scope, { access: 'write', asked, path: real });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

interface Step {
  readonly name: string;
  readonly asked: string;
  readonly create: boolean;
  readonly made: string[];
}

async function enter(scope: FilesystemScope, parent: HeldDirectory, step: Step): Promise<HeldDirectory | undefined> {
  const child = { access: 'write', asked: step.asked, name: step.name } as const;
  try {
    denyGitDirectory(scope, { asked: step.asked, directory: parent.self, name: step.name });
    return await holdChild(scope, parent, child).catch(async (error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') return await refuseStep(scope, parent, { step, error });
      if (!step.create) return undefined;
      if (await makeDirectory(parent.child(step.name))) step.made.push(path.join(parent.path, step.name));
      return await holdChild(scope, parent, child);
    });
  } finally {
    await parent.handle.close();
  }
}

/**
 * False when another call was faster. Not with "recursive", with which Node tries without end where the directory above has been
 * removed meanwhile.
 */
export async function makeDirectory(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function refuseStep(
  scope: FilesystemScope,
  parent: HeldDirectory,
  { step, error }: { readonly step: Step; readonly error: unknown },
): Promise<never> {
  const isLink = await lstat(parent.child(step.name)).then(
    (info) => info.isSymbolicLink(),
    () => false,
  );
  if (isLink) denyLink(scope, step.asked);
  throw error;
}

/** Throws the denial of a write that a symbolic link would lead somewhere else. */
export function denyLink(scope: FilesystemScope, asked: string): never {
  const rule = 'always: no writes through links';
  const message = `Tool "${scope.tool}" may not write ${quote(asked)}: a symbolic link is on the way (rule ${rule}).`;
  return fail(denied(message, rule, 'Write to the place that the link points to, if the root holds it.'));
}

export function pathInProject(projectDirectory: string, absolute: string): string {
  return path.relative(projectDirectory, absolute).replaceAll(path.sep, '/');
}
