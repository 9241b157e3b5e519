/** A tag of a block, also one that is written so that only a model would take it for one. */
const fenceTag = /<(?=[\s/\p{Cf}]*untrusted)/giu;

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
