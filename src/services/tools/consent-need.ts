import { createHash } from 'node:crypto';
import { durationMs, type ToolSpec } from '../../manifest/index.ts';
import type { EnvironmentValues } from '../security/index.ts';
import type { ToolAdapter } from './adapter.ts';
import { capabilitiesWith, isHarmful, riskOf } from './capabilities.ts';
import type { ConsentNeed, ToolCall } from './port.ts';

interface ConsentTool {
  readonly name: string;
  readonly spec: ToolSpec;
  readonly adapter: Pick<ToolAdapter, 'describe'>;
  readonly values: Pick<EnvironmentValues, 'redactAll'>;
}

/** Longer ones are cut: the question is kept in the journal. */
const mostShown = 4_000;

/** Why a person has to allow a call. One that a safe mode keeps from running is not asked about. */
export function consentNeed(
  { name, spec, adapter, values }: ConsentTool,
  { arguments: arguments_, mode }: Pick<ToolCall, 'arguments' | 'mode'>,
): ConsentNeed | undefined {
  const { consent = 'never', consent_timeout: timeout } = spec;
  const capabilities = capabilitiesWith(adapter.describe().capabilities, spec.capabilities);
  const risk = riskOf(capabilities, spec.risk);
  if (consent === 'never' || (consent === 'risky' && risk === 'low')) return undefined;
  if (mode !== 'normal' && isHarmful(capabilities)) return undefined;
  const argumentsHash = hashOf(inOrder(arguments_ ?? {}));
  const isCommand = spec.type === 'command.run';
  return {
    rule: `tools.${name}.consent: ${consent}`,
    risk,
    capabilities,
    arguments: shown(values.redactAll(arguments_ ?? {})),
    ...(isCommand && { command: spec.command }),
    argumentsHash,
    likeness: hashOf([name, spec, isCommand ? argumentsHash : '']),
    ...(timeout !== undefined && { timeoutMs: durationMs(timeout) }),
  };
}

function shown(redacted: unknown): unknown {
  const text = JSON.stringify(redacted) ?? 'null';
  return text.length <= mostShown
    ? redacted
    : `${text.slice(0, mostShown).toWellFormed()}… (${text.length} characters)`;
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

/** The same for the same arguments, in whatever order they are written. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, inOrder(item)]));
}
