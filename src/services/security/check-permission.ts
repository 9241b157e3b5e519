import path from 'node:path';
import { matchesCommand } from '../../manifest/index.ts';
import { isInside } from './inside.ts';
import type { PermissionPolicy, PermittedCommand, PermittedRoot } from './policy.ts';

export type FilesystemAccess = 'read' | 'write';

export type PermissionRequest =
  | { readonly kind: 'filesystem'; readonly access: FilesystemAccess; readonly path: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] };

export interface PermissionDecision {
  readonly allowed: boolean;
  /** What decided: a path into the manifests, or "always" with what is never allowed. */
  readonly rule: string;
  /** The end of a sentence: "it lies outside the root "./src"". */
  readonly reason: string;
  /** What to change so that it would be allowed; absent where nothing can. */
  readonly hint?: string;
}

const kernelDirectories = ['/proc', '/sys'];
const gitNames = new Set(['.git', 'git~1']);

/** Decides by the text of the request alone; a path has to be the real one, or what it names is not what is checked. */
export function checkPermission(request: PermissionRequest, policy: PermissionPolicy): PermissionDecision {
  return request.kind === 'command'
    ? checkCommand(request.argv, policy.commands)
    : (refusedAlways(request.path, request.access, policy) ?? checkRoots(request.path, request.access, policy));
}

function refusedAlways(
  target: string,
  access: FilesystemAccess,
  policy: PermissionPolicy,
): PermissionDecision | undefined {
  if (!path.isAbsolute(target) || path.normalize(target) !== target || target.includes('\0')) {
    return refusal('always: paths are resolved first', 'it is no absolute, normalised path');
  }
  if (kernelDirectories.some((directory) => isInside(directory, target))) {
    return refusal('always: kernel files', 'files of the kernel are out of reach');
  }
  if (isInside(policy.stateDirectory, target)) {
    return refusal('always: state_dir', 'the state of the engine is out of reach of tools');
  }
  if (access === 'write' && target.split(path.sep).some((name) => gitNames.has(name.toLowerCase()))) {
    return refusal('always: .git', 'nothing below ".git" may be written');
  }
  return undefined;
}

function checkRoots(target: string, access: FilesystemAccess, policy: PermissionPolicy): PermissionDecision {
  const left = policy.within.find((root) => !isInside(root.path, target));
  if (left !== undefined) return refusal(left.rule, `it lies outside the root "${left.declared}"`);
  const roots = policy[access];
  const root = roots.find((candidate) => isInside(candidate.path, target));
  if (root !== undefined) {
    return { allowed: true, rule: root.rule, reason: `it lies inside "${root.declared}"` };
  }
  const rule = `permissions.filesystem.${access}`;
  return { ...refusal(rule, outsideOf(roots)), hint: `Add its directory to engine.${rule}.` };
}

function outsideOf(roots: readonly PermittedRoot[]): string {
  if (roots.length === 0) return 'no directory is permitted';
  return `it lies outside ${roots.map((root) => `"${root.declared}"`).join(', ')}`;
}

function checkCommand(argv: readonly string[], patterns: readonly PermittedCommand[]): PermissionDecision {
  const rule = 'permissions.commands.allow';
  const pattern = patterns.find((candidate) => matchesCommand(argv, candidate));
  if (pattern !== undefined) return { allowed: true, rule, reason: `"${pattern.declared}" allows it` };
  const known = patterns.map((candidate) => `"${candidate.declared}"`).join(', ');
  const reason = known === '' ? 'no command is permitted' : `only ${known} may be run`;
  return { ...refusal(rule, reason), hint: `Add the command to engine.${rule}; " *" at its end stands for any rest.` };
}

function refusal(rule: string, reason: string): PermissionDecision {
  return { allowed: false, rule, reason };
}
