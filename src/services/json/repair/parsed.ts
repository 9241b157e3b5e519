/** How JSON begins: after brackets comes a value or another bracket. */
const beginning = /^(?:[\s[]{50}|[\s[]{0,49}(?:["\d\-tfn\]]|\{(?:\s{0,49}["}]|\s{50})))/u;

/** The value of a text that is JSON as it stands. */
export function parsed(text: string): { readonly value: unknown } | undefined {
  // to throw costs more than to read a small document
  if (!beginning.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
