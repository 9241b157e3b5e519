import path from 'node:path';
import { checkPermission, isInside, narrowToRoot, resolveRoot } from '../../security/index.ts';
import type { FilesystemAccess, PermissionPolicy, PermittedRoot } from '../../security/index.ts';
import type { CallContext, ToolEnvironment } from '../adapter.ts';
import { denied, fail, invalidInput, loneSurrogate, quote } from '../failures.ts';

/** Where one filesystem tool may go, and under which name it reports. */
export interface FilesystemScope {
  readonly tool: string;
  readonly root: PermittedRoot;
  /** The root as it is written, made absolute: what a person would call its path. */
  readonly writtenRoot: string;
  readonly policy: PermissionPolicy;
  /** Told of what was allowed. */
  readonly checked?: CallContext['checked'];
}

/** A path that was asked for, found by its text alone. */
export interface Asked {
  readonly asked: string;
  /** Relative to the root, with "/"; "." for the root itself. */
  readonly relative: string;
  /** Below the real root; its own links are not resolved. */
  readonly absolute: string;
}

export async function createScope(environment: ToolEnvironment, declaredRoot: string): Promise<FilesystemScope> {
  const { name, projectDirectory, policy, values } = environment;
  const { resolve } = values;
  const root = await resolveRoot({ projectDirectory, resolve }, declaredRoot, `tools.${name}.root`);
  const writtenRoot = path.resolve(environment.writtenProjectDirectory, resolve(declaredRoot));
  return { tool: name, root, writtenRoot, policy: narrowToRoot(policy, root) };
}

/** The scope as the agent and the task of one call narrow it further. */
export function scopeOfCall(scope: FilesystemScope, { policy, checked }: CallContext): FilesystemScope {
  return { ...scope, policy: narrowToRoot(policy, scope.root), checked };
}

/** Refuses by text what leaves the root; what the path really leads to is checked again when it is opened. */
export function locate(scope: FilesystemScope, asked: string, access: FilesystemAccess): Asked {
  if (asked.includes('\0')) {
    fail(invalidInput(scope.tool, [{ path: '/path', rule: 'no_nul', message: 'A path holds no NUL character.' }]));
  }
  // The system would be given another name than the one that is checked and noted.
  if (!asked.isWellFormed()) fail(loneSurrogate(scope.tool, '/path'));
  const absolute = path.resolve(scope.root.path, withinRealRoot(scope, asked));
  requirePermission(scope, { access, path: absolute }, asked);
  return { asked, absolute, relative: displayPath(scope, absolute) };
}

/** Throws the denial when the policy does not let the tool touch this real path. */
export function requirePermission(
  scope: FilesystemScope,
  request: { readonly access: FilesystemAccess; readonly path: string },
  asked: string,
): void {
  const decision = checkPermission({ kind: 'filesystem', ...request }, scope.policy);
  if (decision.allowed) {
    scope.checked?.(decision);
    return;
  }
  const message = `Tool "${scope.tool}" may not ${request.access} ${quote(asked)}: ${decision.reason} (rule ${decision.rule}).`;
  fail(denied(message, decision, decision.hint));
}

export function displayPath(scope: FilesystemScope, absolute: string): string {
  const relative = path.relative(scope.root.path, absolute).replaceAll(path.sep, '/');
  return relative === '' ? '.' : relative;
}

/** People and models write absolute paths by way of a linked project directory: those mean the real root. */
function withinRealRoot(scope: FilesystemScope, asked: string): string {
  const isWritten = path.isAbsolute(asked) && isInside(scope.writtenRoot, asked);
  return isWritten ? path.relative(scope.writtenRoot, asked) : asked;
}
