/** The value of a text that is JSON as it stands. */
export function parsed(text: string): { readonly value: unknown } | undefined {
  // to throw costs more than to read a small document
  if (text.startsWith('`') || text.startsWith('<')) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
