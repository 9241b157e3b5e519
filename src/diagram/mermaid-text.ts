import { plainLine } from './text-width.ts';

/** Characters that mean something to Mermaid or to the HTML it makes, even between quotes. */
const special = /["#&<>|%:;`\\[\]{}()]/gu;

/** Text between double quotes in a Mermaid flowchart: one line that shows exactly these characters. */
export function mermaidText(text: string): string {
  return `"${plainLine(text).replaceAll(special, (character) => `#${character.codePointAt(0)};`)}"`;
}
