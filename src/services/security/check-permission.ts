import type { Verdict } from './permission-kind.ts';
import type { LevelName, PermissionPolicy } from './policy.ts';
import { requestKinds, type PermissionRequest, type RequestKind, type Requests } from './request-kinds.ts';

export interface PermissionDecision extends Verdict {
  /** The level that decided; `always` for what no level can allow. */
  readonly level: LevelName | 'always';
}

/**
 * Decides by the text of the request alone: the first level that refuses, else the last that has a say. A request that no
 * level says anything about is refused.
 */
export function checkPermission(request: PermissionRequest, policy: PermissionPolicy): PermissionDecision {
  return decide(request.kind, request, policy);
}

/** The kind is given beside the request it is taken from, so that the compiler can follow which rules judge it. */
function decide<Kind extends RequestKind>(
  kind: Kind,
  request: Requests[Kind],
  policy: PermissionPolicy,
): PermissionDecision {
  const ofKind = requestKinds[kind];
  const always = ofKind.refusedAlways(request, policy);
  if (always !== undefined) return { ...always, level: 'always' };
  let decision: PermissionDecision | undefined;
  for (const { name, rules } of policy.levels) {
    const said = rules[kind];
    const verdict = said === undefined ? undefined : ofKind.judge(request, said);
    if (verdict === undefined) continue;
    decision = { ...verdict, level: name };
    if (!verdict.allowed) break;
  }
  return (
    decision ?? { allowed: false, level: 'always', rule: 'always: nothing by default', reason: 'no level allows it' }
  );
}
