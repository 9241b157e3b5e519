import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../errors/index.ts';
import { splitCommandWords, type PermissionsSpec } from '../../manifest/index.ts';
import type { CommandPattern, PermissionPolicy, PermittedRoot } from './policy.ts';

export interface PolicyDirectories {
  readonly projectDirectory: string;
  readonly stateDirectory: string;
}

/** Fixes where the permitted directories really are, so that a link put in their place later leads nowhere. */
export async function resolvePolicy(
  permissions: PermissionsSpec,
  directories: PolicyDirectories,
): Promise<PermissionPolicy> {
  const { projectDirectory, stateDirectory } = directories;
  const rootsOf = async (access: 'read' | 'write'): Promise<PermittedRoot[]> =>
    await Promise.all(
      (permissions.filesystem?.[access] ?? []).map(
        async (declared) => await resolveRoot(projectDirectory, declared, `permissions.filesystem.${access}`),
      ),
    );
  return {
    read: await rootsOf('read'),
    write: await rootsOf('write'),
    within: [],
    commands: (permissions.commands?.allow ?? []).map(commandPattern),
    stateDirectory: await realLocation(path.resolve(projectDirectory, stateDirectory)),
  };
}

/** A declared directory with its real place; `rule` is where it is declared. */
export async function resolveRoot(projectDirectory: string, declared: string, rule: string): Promise<PermittedRoot> {
  return { rule, declared, path: await realLocation(path.resolve(projectDirectory, declared)) };
}

/** The real path of what is there, and below it the names that are not there yet. */
export async function realLocation(absolute: string): Promise<string> {
  try {
    return await realpath(absolute);
  } catch {
    const parent = path.dirname(absolute);
    return parent === absolute ? absolute : path.join(await realLocation(parent), path.basename(absolute));
  }
}

function commandPattern(declared: string): CommandPattern {
  const split = splitCommandWords(declared);
  if (!split.ok) {
    throw new EngineError(
      'MANIFEST_VALUE_INVALID',
      `The permitted command "${declared}" cannot be used: ${split.reason}.`,
      {
        hint: 'Correct it in engine.permissions.commands.allow.',
      },
    );
  }
  const anyRest = split.words.at(-1) === '*';
  return { declared, words: anyRest ? split.words.slice(0, -1) : split.words, anyRest };
}
