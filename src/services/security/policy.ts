import type { CommandPattern } from '../../manifest/index.ts';

/** A directory that a manifest names, and where it really is. */
export interface PermittedRoot {
  /** Who says so, as a path into the manifests: "permissions.filesystem.read". */
  readonly rule: string;
  /** As the manifest writes it. */
  readonly declared: string;
  /** Real, absolute and normalised. */
  readonly path: string;
}

/** Command lines that may be run. */
export interface PermittedCommand extends CommandPattern {
  /** As the manifest writes it. */
  readonly declared: string;
}

/** What may be touched and run. Whatever it does not list is refused. */
export interface PermissionPolicy {
  /** A path must lie in one of them. */
  readonly read: readonly PermittedRoot[];
  readonly write: readonly PermittedRoot[];
  /** A path must lie in each of them: every level below the engine adds one and can so only narrow. */
  readonly within: readonly PermittedRoot[];
  readonly commands: readonly PermittedCommand[];
  /** Journals and state of the engine: out of reach whatever the roots say. */
  readonly stateDirectory: string;
}

/** The same policy, one level further down: paths must lie in the given root as well. */
export function narrowToRoot(policy: PermissionPolicy, root: PermittedRoot): PermissionPolicy {
  return { ...policy, within: [...policy.within, root] };
}
