import { stem } from '../../llm/offline/words.ts';

/** Something that a word has in common with others, and how much that counts. */
export interface Feature {
  readonly name: string;
  readonly weight: number;
}

const weights = { stem: 1, word: 0.5, parts: 0.9 } as const;
const partSizes = { letters: [3, 4], signs: [1, 2] } as const;
/** Longer ones are no words: what is behind that is left out. */
const mostCharacters = 64;
/** Scripts that write words without spaces between them, of signs that mean more than letters do. */
const signs = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** A word as its stem, itself, and its parts: by the last one, compounds, forms and typos of a word are near it. */
export function wordFeatures(written: string): readonly Feature[] {
  const characters = Array.from(written.slice(0, mostCharacters).toWellFormed());
  const word = characters.join('');
  const parts = partsOf(characters);
  const share = weights.parts / Math.sqrt(Math.max(1, parts.length));
  return [
    { name: `s:${stem(word)}`, weight: weights.stem },
    { name: `w:${word}`, weight: weights.word },
    ...parts.map((part) => ({ name: `p:${part}`, weight: share })),
  ];
}

function partsOf(characters: readonly string[]): string[] {
  const hasSigns = characters.some((character) => signs.test(character));
  const framed = hasSigns ? characters : ['<', ...characters, '>'];
  const found: string[] = [];
  for (const size of hasSigns ? partSizes.signs : partSizes.letters) {
    for (let start = 0; start + size <= framed.length; start += 1)
      found.push(framed.slice(start, start + size).join(''));
  }
  return found;
}
