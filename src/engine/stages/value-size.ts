import type { Failure } from '../../errors/index.ts';

/** Largest value that is kept, as JSON, where engine.yaml says nothing. */
export const defaultMaxValueBytes = 8 * 1_048_576;

interface SizeLimit {
  readonly stage: string;
  readonly maxBytes: number;
}

/** A failure when a value is too large to be kept. Small values are told by a look, without writing them out. */
export function checkSize(value: unknown, { stage, maxBytes }: SizeLimit): Failure | undefined {
  if (isSmall(value, maxBytes)) return undefined;
  const bytes = bytesOf(value);
  if (bytes <= maxBytes) return undefined;
  return {
    code: 'config.value_too_large',
    message: `The output of "${stage}" has ${bytes} bytes as JSON; the limit is ${maxBytes}.`,
    hint: 'Give less, or raise limits.max_value_bytes in engine.yaml.',
    details: { bytes, limit: maxBytes },
  };
}

/** No character takes more than six bytes as JSON. */
function isSmall(value: unknown, maxBytes: number): boolean {
  if (typeof value === 'string') return value.length <= (maxBytes - 2) / 6;
  return typeof value !== 'object' || value === null;
}

/** Of values that were measured before: stages hand large ones on, and nobody changes them. */
const measured = new WeakMap<object, number>();

function bytesOf(value: unknown): number {
  const known = typeof value === 'object' && value !== null ? measured.get(value) : undefined;
  if (known !== undefined) return known;
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? 'null');
  if (typeof value === 'object' && value !== null) measured.set(value, bytes);
  return bytes;
}
