/** Characters that mean something to Mermaid or to the HTML it makes, even between quotes. */
const special = /["#&<>|%:;`\\[\]{}()]/gu;

/** Text between double quotes in a Mermaid flowchart: one line that shows exactly these characters. */
export function mermaidText(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu, ' ')
    .trim();
  return `"${line.replaceAll(special, (character) => `#${character.codePointAt(0)};`)}"`;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A long text without its middle: names differ at their ends. Never cuts through an emoji or a letter with its accents. */
export function withoutMiddle(text: string, most: number): string {
  const letters = Array.from(segmenter.segment(text), ({ segment }) => segment);
  if (letters.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  return `${letters.slice(0, most - 1 - end).join('')}…${letters.slice(letters.length - end).join('')}`;
}
