import type { CountTokens } from '../../tokenizer/index.ts';
import { marker } from '../marker.ts';
import type { Compressed } from './compression.ts';

const ideograph = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3001\u3002]`;

/** Where nothing is cut in two: before space, between characters that are words by themselves, and before a picture. */
const places = new RegExp(
  [String.raw`(?=\s)`, `(?<=${ideograph})(?=${ideograph})`, String.raw`(?<!\u200d)(?=\p{Extended_Pictographic})`].join(
    '|',
  ),
  'gu',
);

/** No token has more characters, but for runs of spaces. */
const longestToken = 32;

/** The beginning of a text that has no sentences to choose from, up to the end of a word; undefined when no word of it fits. */
export function cutWords(text: string, target: number, count: CountTokens): Compressed | undefined {
  const ends = endsIn(text.slice(0, target * longestToken + 2));
  const total = count(text);
  const cutAt = (place: number): Compressed => {
    const end = ends[place - 1] ?? 0;
    const kept = text.slice(0, end).trimEnd();
    const omitted = { items: wordsFrom(text, end), tokens: Math.max(1, total - count(kept)) };
    const short = `${kept}\n${marker(omitted)}`;
    return { text: short, tokens: count(short), omitted };
  };
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (cutAt(middle).tokens <= target) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? undefined : cutAt(low);
}

/** How many words there are from a place on; one at least. */
function wordsFrom(text: string, start: number): number {
  let words = 0;
  let wasSpace = true;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isSpace = code <= 32 || code === 0x30_00;
    if (wasSpace && !isSpace) words += 1;
    wasSpace = isSpace;
  }
  return Math.max(1, words);
}

function endsIn(text: string): readonly number[] {
  const ends: number[] = [];
  for (const { index } of text.matchAll(places)) if (index > 0) ends.push(index);
  return ends;
}
