import type { JsonNode } from './node.ts';

/** A parsed value as if it had been read. How its numbers were written is lost, save that of whole ones. */
export function nodeOf(value: unknown): JsonNode {
  if (typeof value === 'string') return { kind: 'string', text: value };
  if (typeof value === 'boolean') return { kind: 'literal', value };
  if (typeof value === 'number') {
    return {
      kind: 'number',
      text: String(value),
      value,
      ...(!Number.isSafeInteger(value) && { isParsed: true as const }),
    };
  }
  if (Array.isArray(value)) return { kind: 'list', items: value.map(nodeOf) };
  if (typeof value !== 'object' || value === null) return { kind: 'literal', value: null };
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return { kind: 'object', members: new Map(members.map(([key, member]) => [key, nodeOf(member)])) };
}
