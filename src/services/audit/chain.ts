import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What the first entry of an audit log follows. */
export const firstPrev = '0'.repeat(64);

const hash = z.string().regex(/^[0-9a-f]{64}$/u);

/** An entry of an audit log: what was told, in its place in the chain. */
export const AuditEntry = z.looseObject({
  /** The first one is 1. */
  n: z.int().min(1),
  /** Milliseconds since the epoch. */
  time: z.number(),
  type: z.string(),
  /** The hash of the entry before it. */
  prev: hash,
  /** sha256 of `prev` and the canonical JSON of the entry without its hash. */
  hash,
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** A place in the chain, which the next entry follows. */
export interface ChainEnd {
  readonly n: number;
  readonly hash: string;
}

export const chainStart: ChainEnd = { n: 0, hash: firstPrev };

/** What an entry tells. */
export interface AuditFact extends Readonly<Record<string, unknown>> {
  readonly time: number;
  readonly type: string;
}

/** The line of the next entry, without its line end. */
export function nextLine(
  end: ChainEnd,
  { time, ...fact }: AuditFact,
): { readonly line: string; readonly end: ChainEnd } {
  // As a reader will see it: what JSON leaves out is not in the hash.
  const told: unknown = JSON.parse(JSON.stringify({ n: end.n + 1, time, ...fact, prev: end.hash }));
  const content = z.record(z.string(), z.unknown()).parse(told);
  const made = hashOf(end.hash, content);
  return { line: JSON.stringify({ ...content, hash: made }), end: { n: end.n + 1, hash: made } };
}

/** The entry of a line that is as it was written, whatever its place in the chain. */
export function readEntry(line: string): AuditEntry | undefined {
  const entry = AuditEntry.safeParse(parsed(line)).data;
  if (entry === undefined) return undefined;
  const { hash: stated, ...content } = entry;
  // Spaces and keys that come twice would be lost in parsing.
  return hashOf(entry.prev, content) === stated && JSON.stringify(parsed(line)) === line ? entry : undefined;
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hashOf(prev: string, content: Readonly<Record<string, unknown>>): string {
  return sha256(prev + canonicalJson(content));
}

/** JSON with the keys of every object in order. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
}

function parsed(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    return undefined;
  }
}
