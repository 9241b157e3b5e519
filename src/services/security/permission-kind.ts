import type { PermissionsSpec } from '../../manifest/index.ts';
import type { StoreFile } from './store-files.ts';

/** How what manifests write becomes a path or a word. */
export interface Resolving {
  readonly projectDirectory: string;
  /** Puts in what stands in the environment. What is declared stays as it is written, for whoever reads of it. */
  readonly resolve: (declared: string) => string;
}

/** The level whose permissions are read. */
export interface LevelPlace extends Resolving {
  /** What its rules are named from: "permissions", "agents.judge.permissions". */
  readonly place: string;
  /** The same in the words of a hint: "engine.permissions". */
  readonly written: string;
  /** What it does not list is refused, also where it lists nothing. */
  readonly isClosed: boolean;
}

/** What one level, or what is never allowed, says of a request. */
export interface Verdict {
  readonly allowed: boolean;
  /** What decided: a path into the manifests, or "always" with what is never allowed. */
  readonly rule: string;
  /** The end of a sentence: "it lies outside the root "./src"". */
  readonly reason: string;
  /** What to change so that it would be allowed; absent where nothing can. */
  readonly hint?: string;
}

/** What is out of reach whatever levels say. Real paths. */
export interface Bounds {
  readonly stateDirectory: string;
  readonly secretFiles?: readonly string[];
  readonly storeFiles?: readonly StoreFile[];
  readonly ownFiles?: readonly string[];
}

/** One kind of request: how levels are read for it, and how they judge. `judge` and `refusedAlways` are pure. */
export interface PermissionKind<Request, Rules> {
  /** What a level says about it; nothing where the level leaves it to those above. */
  resolve(permissions: PermissionsSpec, level: LevelPlace): Promise<Rules | undefined>;
  /** What no level can allow. */
  refusedAlways(request: Request, bounds: Bounds): Verdict | undefined;
  judge(request: Request, rules: Rules): Verdict | undefined;
}

export function refusal(rule: string, reason: string, hint?: string): Verdict {
  return { allowed: false, rule, reason, ...(hint !== undefined && { hint }) };
}
