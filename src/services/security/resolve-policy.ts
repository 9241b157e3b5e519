import path from 'node:path';
import type { PermissionsSpec } from '../../manifest/index.ts';
import type { LevelPlace, Resolving } from './permission-kind.ts';
import { realLocation } from './permitted-path.ts';
import { permissionLevels, type LevelName, type PermissionLevel, type PermissionPolicy } from './policy.ts';
import { isRequestKind, requestKinds, type RequestKind, type Rules } from './request-kinds.ts';
import type { StoreFile } from './store-files.ts';

export interface PolicyPlaces extends Resolving {
  readonly stateDirectory: string;
  /** As manifests write them. */
  readonly secretFiles?: readonly string[];
  readonly storeFiles?: readonly StoreFile[];
  /** Relative to the project directory. */
  readonly ownFiles?: readonly string[];
}

/** Permissions as a manifest or a task gives them. */
export interface DeclaredLevel {
  readonly name: LevelName;
  /** What its rules are named from: "agents.judge.permissions". */
  readonly place: string;
  readonly permissions: PermissionsSpec;
}

/** What the engine permits. Fixes where its directories really are, so that a link put in their place later leads nowhere. */
export async function resolvePolicy(permissions: PermissionsSpec, places: PolicyPlaces): Promise<PermissionPolicy> {
  const { projectDirectory, stateDirectory, secretFiles = [], storeFiles = [], ownFiles = [] } = places;
  const located = async (files: readonly string[]): Promise<readonly string[]> =>
    await Promise.all(files.map(async (file) => await realLocation(path.resolve(projectDirectory, file))));
  return {
    levels: [await resolveLevel({ name: 'engine', place: 'permissions', permissions }, places)],
    stateDirectory: await realLocation(path.resolve(projectDirectory, stateDirectory)),
    secretFiles: await located(secretFiles),
    ownFiles: await located(ownFiles),
    storeFiles: await Promise.all(
      storeFiles.map(async ({ file, isPerTask, isAudit = false }) => ({
        file: await realLocation(file),
        isPerTask,
        isAudit,
      })),
    ),
  };
}

/** Reads each level once, so that it stays what it was when it was first asked. */
export function createLevels(places: Resolving): (declared: DeclaredLevel) => Promise<PermissionLevel> {
  const known = new WeakMap<PermissionsSpec, Promise<PermissionLevel>>();
  return async (declared) => {
    const level = known.get(declared.permissions) ?? resolveLevel(declared, places);
    known.set(declared.permissions, level);
    return await level;
  };
}

export async function resolveLevel(
  { name, place, permissions }: DeclaredLevel,
  { projectDirectory, resolve }: Resolving,
): Promise<PermissionLevel> {
  const { isClosed, prefix } = permissionLevels[name];
  const level: LevelPlace = { place, written: `${prefix}${place}`, isClosed, projectDirectory, resolve };
  const rules: Partial<Rules> = {};
  for (const kind of Object.keys(requestKinds).filter(isRequestKind)) await fill(rules, kind, { permissions, level });
  return { name, rules };
}

interface Source {
  readonly permissions: PermissionsSpec;
  readonly level: LevelPlace;
}

async function fill<Kind extends RequestKind>(
  rules: Pick<Partial<Rules>, Kind>,
  kind: Kind,
  { permissions, level }: Source,
): Promise<void> {
  const ofKind = await requestKinds[kind].resolve(permissions, level);
  if (ofKind !== undefined) rules[kind] = ofKind;
}
