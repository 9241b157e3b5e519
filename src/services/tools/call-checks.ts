import { createHash } from 'node:crypto';
import type { Failure } from '../../errors/index.ts';
import type { ToolCapability } from '../../manifest/index.ts';
import type { EnvironmentValues, PermissionDecision } from '../security/index.ts';
import type { SecurityCheck, ToolCall } from './port.ts';

export interface CallChecks {
  /** Tells once of each rule that allowed something. */
  readonly allowed: (decision: PermissionDecision) => void;
  /** Tells of a failure that is a denial, and of no other. */
  readonly ended: (failure: Failure) => void;
}

interface CheckedTool {
  readonly capabilities: readonly ToolCapability[];
  readonly values: Pick<EnvironmentValues, 'redactAll'>;
}

const silent: CallChecks = { allowed: () => undefined, ended: () => undefined };

/** Tells whoever listens to a call what was decided about it. */
export function callChecks(call: ToolCall, { capabilities, values }: CheckedTool): CallChecks {
  const { tool, onChecked } = call;
  if (onChecked === undefined) return silent;
  const told = new Set<string>();
  let hash: string | undefined;
  const tell = (decided: Pick<SecurityCheck, 'allowed' | 'level' | 'rule'>): void => {
    hash ??= argumentsHash(values.redactAll(call.arguments));
    onChecked({ tool, capabilities, argumentsHash: hash, ...decided });
  };
  return {
    allowed: ({ level, rule }) => {
      if (told.has(rule)) return;
      told.add(rule);
      tell({ allowed: true, level, rule });
    },
    ended: ({ code, details }) => {
      if (code === 'permission.denied') tell({ allowed: false, ...decidedBy(details) });
    },
  };
}

/** Code of a tool may deny, too, and need not say by which rule. */
function decidedBy(details: Failure['details']): Pick<SecurityCheck, 'level' | 'rule'> {
  const { level, rule } = details ?? {};
  return {
    level: typeof level === 'string' ? level : 'tool',
    rule: typeof rule === 'string' ? rule : 'the code of the tool',
  };
}

export function argumentsHash(redacted: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(redacted ?? {}))
    .digest('hex');
}
