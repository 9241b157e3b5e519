import type { Failure } from '../../errors/index.ts';
import type { Tell } from './call.ts';

/** A call of an agent, as far as it came. */
interface DeniedCall {
  readonly agent: string;
  readonly step?: string;
  readonly argumentsHash?: string;
}

const mostOfName = 128;

/** Tells of a call that an agent was denied before it reached its tool. Other failures are not told. */
export function tellDenial(tell: Tell, call: DeniedCall, failure: Failure | undefined): void {
  if (failure?.code !== 'permission.denied') return;
  const { tool, step, level, rule } = failure.details ?? {};
  const place = typeof step === 'string' ? { step } : {};
  const name = textOr(tool, '').slice(0, mostOfName);
  const decided = { level: textOr(level, 'agent'), rule: textOr(rule, `agents.${call.agent}.tools`) };
  tell({ type: 'security.denied', data: { tool: name, ...place, ...call, capabilities: [], ...decided } });
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
