/** A tag of the blocks in which prompts keep what comes from outside. */
const fenceTag = /<(?=\s*\/?\s*untrusted)/giu;

/**
 * What a server says, as part of a line that a model reads: it can neither end the line, nor the block that it stands in,
 * nor hide anything, nor go on for ever.
 */
export function saidText(text: string, mostCharacters: number): string {
  const line = text
    .slice(0, 4 * mostCharacters)
    .replaceAll(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  const cut = line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line;
  return cut.toWellFormed().replaceAll(fenceTag, '&lt;');
}
