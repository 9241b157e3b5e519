import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { realLocation } from '../../security/index.ts';
import { denied, fail, quote, toolFailed } from '../failures.ts';
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
  return directory === undefined ? { missing: true } : { ...located, directory, name, made };
}

async function openRoot(scope: FilesystemScope, asked: string, create: boolean): Promise<HeldDirectory | undefined> {
  const target = { access: 'write', asked, path: scope.root.path } as const;
  if ((await realLocation(scope.root.path)) !== scope.root.path) denyLink(scope, asked);
  try {
    return await holdDirectory(scope, target);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
  if (!create) return undefined;
  await mkdir(scope.root.path, { recursive: true });
  return await holdDirectory(scope, target);
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
    return await holdChild(scope, parent, child).catch(async (error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') return await refuseStep(scope, parent, { step, error });
      if (!step.create) return undefined;
      // With "recursive" it is no error when another call was faster.
      const first = await mkdir(parent.child(step.name), { recursive: true });
      if (first !== undefined) step.made.push(path.join(parent.path, step.name));
      return await holdChild(scope, parent, child);
    });
  } finally {
    await parent.handle.close();
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
