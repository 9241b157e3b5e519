import type { Failure } from '../errors/index.ts';

/** Largest value that is kept, as JSON, where engine.yaml says nothing. */
export const defaultMaxValueBytes = 8 * 1_048_576;

interface SizeLimit {
  readonly stage: string;
  readonly maxBytes: number;
}

/** A failure when a value is too large to be kept. Small values are told by a look, without writing them out. */
export function checkSize(value: unknown, { stage, maxBytes }: SizeLimit): Failure | undefined {
  if (isSmall(value)) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? 'null');
  if (bytes <= maxBytes) return undefined;
  return {
    code: 'config.value_too_large',
    message: `The output of "${stage}" has ${bytes} bytes as JSON; the limit is ${maxBytes}.`,
    hint: 'Give less, or raise limits.max_value_bytes in engine.yaml.',
    details: { bytes, limit: maxBytes },
  };
}

/** No limit is below 1 KiB, and no character takes more than six bytes as JSON. */
const smallCharacters = 160;

function isSmall(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= smallCharacters;
  return typeof value !== 'object' || value === null;
}
