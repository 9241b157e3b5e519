import { isFailureKind, type Failure } from '../../errors/index.ts';
import type { StageLog } from '../stages/call-logs.ts';

/** What hooks made of an input: the one to go on with, or why nothing goes on. */
export type Settled = { readonly input: unknown } | { readonly failure: Failure };

/** As it is kept. What stays as it is is not kept twice. */
type Kept = { readonly same: true } | Settled;

/**
 * What hooks answered about an input, once for an attempt: a stage that is taken up again does the same, and nobody is asked again.
 * Durable when it resolves.
 */
export async function askedOnce(
  log: Pick<StageLog, 'saved' | 'save'>,
  { key, input }: { readonly key: string; readonly input: unknown },
  ask: () => Promise<Settled | undefined>,
): Promise<Settled> {
  const kept = log.saved(`hook/${key}`)?.value;
  if (isKept(kept)) return 'same' in kept ? { input } : kept;
  const settled = await ask();
  log.save(`hook/${key}`, (settled ?? { same: true }) satisfies Kept);
  return settled ?? { input };
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  if ('failure' in value) return isFailure(value.failure);
  return 'same' in value || 'input' in value;
}

function isFailure(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'code' in value && isFailureKind(value.code);
}
