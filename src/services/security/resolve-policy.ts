import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../errors/index.ts';
import { readCommandPattern, type PermissionsSpec } from '../../manifest/index.ts';
import type { PermissionPolicy, PermittedCommand, PermittedRoot } from './policy.ts';

/** How what manifests write becomes a path or a word. */
export interface Resolving {
  readonly projectDirectory: string;
  /** Puts in what stands in the environment. What is declared stays as it is written, for whoever reads of it. */
  readonly resolve: (declared: string) => string;
}

export interface PolicyPlaces extends Resolving {
  readonly stateDirectory: string;
}

/** Fixes where the permitted directories really are, so that a link put in their place later leads nowhere. */
export async function resolvePolicy(permissions: PermissionsSpec, places: PolicyPlaces): Promise<PermissionPolicy> {
  const { projectDirectory, stateDirectory, resolve } = places;
  const rootsOf = async (access: 'read' | 'write'): Promise<PermittedRoot[]> =>
    await Promise.all(
      (permissions.filesystem?.[access] ?? []).map(
        async (declared) => await resolveRoot(places, declared, `permissions.filesystem.${access}`),
      ),
    );
  return {
    read: await rootsOf('read'),
    write: await rootsOf('write'),
    within: [],
    commands: (permissions.commands?.allow ?? []).map((declared) => permittedCommand(declared, resolve)),
    stateDirectory: await realLocation(path.resolve(projectDirectory, stateDirectory)),
  };
}

/** A declared directory with its real place; `rule` is where it is declared. */
export async function resolveRoot(
  { projectDirectory, resolve }: Resolving,
  declared: string,
  rule: string,
): Promise<PermittedRoot> {
  return { rule, declared, path: await realLocation(path.resolve(projectDirectory, resolve(declared))) };
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

function permittedCommand(declared: string, resolve: Resolving['resolve']): PermittedCommand {
  const read = readCommandPattern(declared);
  if (!read.ok) {
    throw new EngineError(
      'MANIFEST_VALUE_INVALID',
      `The permitted command "${declared}" cannot be used: ${read.reason}.`,
      {
        hint: 'Correct it in engine.permissions.commands.allow.',
      },
    );
  }
  // Word by word, so that a value with blanks or quotes stays one word.
  return { declared, anyRest: read.pattern.anyRest, words: read.pattern.words.map(resolve) };
}
