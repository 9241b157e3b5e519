import type { PermittedRoot } from './permitted-path.ts';
import type { Rules } from './request-kinds.ts';
import type { StoreFile } from './store-files.ts';

/** Who can grant and narrow, widest first. What the engine does not list is refused; the others narrow what they name. */
export const permissionLevels = {
  engine: { isClosed: true, prefix: 'engine.' },
  tool: { isClosed: false, prefix: '' },
  agent: { isClosed: false, prefix: '' },
  task: { isClosed: false, prefix: '' },
} as const satisfies Record<string, LevelKind>;
export type LevelName = keyof typeof permissionLevels;
const order: readonly string[] = Object.keys(permissionLevels);

interface LevelKind {
  /** A kind of request that it says nothing about is refused. */
  readonly isClosed: boolean;
  /** What stands before its place in the words of a hint. */
  readonly prefix: string;
}

/** What one level says, by kind of request. A kind that it says nothing about passes it. */
export interface PermissionLevel {
  readonly name: LevelName;
  readonly rules: Readonly<Partial<Rules>>;
}

/** What may be touched and run: what every level allows. */
export interface PermissionPolicy {
  /** In the order in which they are asked: widest first, but for the root of a tool. */
  readonly levels: readonly PermissionLevel[];
  /** Journals and state of the engine: out of reach whatever the levels say. */
  readonly stateDirectory: string;
  /** Real paths of the files that secrets are read from: out of reach as well. */
  readonly secretFiles?: readonly string[];
  /** Memory, whose preferences change what tasks may do: out of reach as well. */
  readonly storeFiles?: readonly StoreFile[];
  /** Real paths of what the engine itself reads: not to be changed, or they would change what tools may do. */
  readonly ownFiles?: readonly string[];
}

/** The same policy with further levels below: they can refuse what it allows, and allow nothing that it refuses. */
export function narrow(policy: PermissionPolicy, levels: readonly PermissionLevel[]): PermissionPolicy {
  if (levels.length === 0) return policy;
  return { ...policy, levels: [...policy.levels, ...levels.toSorted((one, other) => rank(one) - rank(other))] };
}

function rank({ name }: PermissionLevel): number {
  return order.indexOf(name);
}

/**
 * The same policy for a tool that stays in one directory: paths must lie in it as well. It is asked first, since whoever
 * calls the tool has to know of its root, whatever else would refuse.
 */
export function narrowToRoot(policy: PermissionPolicy, root: PermittedRoot): PermissionPolicy {
  const list = { rule: root.rule, paths: [root], outside: `it lies outside the root "${root.declared}"` };
  return {
    ...policy,
    levels: [{ name: 'tool', rules: { filesystem: { read: list, write: list } } }, ...policy.levels],
  };
}
