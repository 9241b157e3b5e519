/** RFC 8259, section 6. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/iu;

/** The number or boolean that a text stands for, if it is written as JSON writes it. */
export function coerceText(text: string, kinds: ReadonlySet<string>): { readonly value: number | boolean } | undefined {
  const trimmed = text.trim();
  if (kinds.has('boolean')) {
    const lower = trimmed.toLowerCase();
    if (lower === 'true' || lower === 'false') return { value: lower === 'true' };
  }
  if (!kinds.has('number') && !kinds.has('integer')) return undefined;
  const value = jsonNumber.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (!Number.isFinite(value)) return undefined;
  return kinds.has('number') || Number.isSafeInteger(value) ? { value } : undefined;
}

/** The one declared value that a text means: equal but for case, outer white space, and space, "-" and "_". */
export function declaredSpelling(text: string, values: readonly unknown[]): string | undefined {
  const wanted = spelling(text);
  const found = values.filter((value) => typeof value === 'string' && spelling(value) === wanted);
  const [only] = found;
  return found.length === 1 && typeof only === 'string' && wanted !== '' ? only : undefined;
}

/** The one declared and absent key that a key means, names such as `maxRetries` and `max_retries` included. */
export function declaredKey(key: string, declared: Iterable<string>): string | undefined {
  const wanted = spelling(key);
  const found = [...declared].filter((name) => spelling(name) === wanted);
  return found.length === 1 && wanted !== '' ? found[0] : undefined;
}

export function spelling(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/gu, '');
}
