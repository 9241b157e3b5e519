const longestWaitMs = 30_000;

/** Share of the wait by which it may be longer or shorter. */
const jitter = 0.25;

interface BackoffRequest {
  readonly seed: string;
  readonly node: string;
  /** Failed attempts so far, from 1. */
  readonly failures: number;
  /** Wait after the first failure; doubles with each further one. */
  readonly backoffMs: number;
  /** What the other side asked for; 0 if it did not. */
  readonly retryAfterMs: number;
}

/**
 * Wait before the next attempt in milliseconds: exponential, at most 30 s, spread by ± 25 % so that tasks that failed
 * together do not come back together. The spread comes from a hash, not from chance: a replay waits as long.
 */
export function backoffMs(request: BackoffRequest): number {
  const growing = Math.min(longestWaitMs, request.backoffMs * 2 ** (request.failures - 1));
  const share = hash(`${request.seed}/${request.node}/${request.failures}`) / 0xffff_ffff;
  const spread = Math.round(growing * (1 - jitter + 2 * jitter * share));
  return Math.max(spread, request.retryAfterMs);
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo: RFC 9923). */
function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x0100_0193) >>> 0;
  return value;
}
