/** A JSON value as text, the same for equal values whatever the order of their fields. */
export function stableText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => sorted(part)) ?? 'null';
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
