/** The word with characters between its letters that nobody sees. */
const word = Array.from('untrusted').join(String.raw`\p{Cf}*`);
/** A tag of a block, also one that is written so that only a model would take it for one. */
const fenceTag = new RegExp(String.raw`[<\uFE64\uFF1C](?=[\s/!\-\p{Cf}\uFF0F]{0,64}${word})`, 'giu');

/**
 * A text from outside as a block that says where it comes from. It is data: no text can close the block that it stands in,
 * nor open another one.
 */
export function fenceUntrusted(source: string, text: string): string {
  const name = JSON.stringify(source).replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<untrusted source=${name}>\n${withoutFences(text)}\n</untrusted>`;
}

/** The text with every tag of a block in it made harmless. */
export function withoutFences(text: string): string {
  return text.replaceAll(fenceTag, '&lt;');
}

/** The same for every text in a value, and for its keys. */
export function withoutFencesIn(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (value === undefined || !/[<\uFE64\uFF1C]/u.test(text)) return value;
  const cleaned: unknown = JSON.parse(text, (_, part: unknown) =>
    typeof part === 'string' ? withoutFences(part) : withCleanKeys(part),
  );
  return cleaned;
}

function withCleanKeys(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [withoutFences(key), value]));
}
