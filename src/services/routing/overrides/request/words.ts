import { quotedParts } from './quoted.ts';

/** A word of a request, with what the signs before it say. */
export interface Word {
  /** In small letters; of something quoted that is one word, that word. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
  /** The first one of its clause, and of its sentence. */
  readonly opensClause: boolean;
  readonly opensSentence: boolean;
}

const word = /\$?\d[\d,]*(?:\.\d+)?[km]?\b|[\p{L}\p{N}_]+(?:['’.-][\p{L}\p{N}_]+)*|\S/gu;
const longestName = 128;

/** The words of a request in their order. Takes time in proportion to it. */
export function wordsOf(request: string): readonly Word[] {
  const words: Word[] = [];
  let clause = true;
  let sentence = true;
  let before = 0;
  const add = (text: string, place: Pick<Word, 'start' | 'end' | 'isQuoted'>): void => {
    words.push({ text, ...place, opensClause: clause || sentence, opensSentence: sentence });
    clause = false;
    sentence = false;
  };
  const readPlain = (from: number, to: number): void => {
    for (const { 0: found, index } of request.slice(from, to).matchAll(word)) {
      const start = from + index;
      const end = start + found.length;
      sentence ||= /^[.!?…]$/u.test(found) || (start > before && beginsLine(request, before, start));
      clause ||= /^[,;:()[\]—–*•]$/u.test(found) || (found === '-' && /\s/u.test(request[end] ?? ' '));
      if (/[\p{L}\p{N}]/u.test(found)) add(found.toLowerCase().replaceAll('’', "'"), { start, end, isQuoted: false });
      before = end;
    }
  };
  let from = 0;
  for (const { start, end } of quotedParts(request)) {
    readPlain(from, start);
    add(nameIn(request, start, end), { start, end, isQuoted: true });
    sentence ||= /^(?:```|~~~)/u.test(request.slice(start, start + 3)) || /^\r?\n/u.test(request.slice(end, end + 2));
    before = end;
    from = end;
  }
  readPlain(from, request.length);
  return words;
}

function nameIn(request: string, start: number, end: number): string {
  if (end - start > longestName) return '';
  const inside = request.slice(start, end).replaceAll(/^\W+|\W+$/gu, '');
  return /^[\w.-]+$/u.test(inside) ? inside : '';
}

/** Whether a sentence begins here without a sign before it: behind an empty line, as an item of a list, in a line of its own. */
function beginsLine(request: string, before: number, start: number): boolean {
  const gap = request.slice(Math.max(before, start - longestGap), start);
  if (!gap.includes('\n')) return false;
  return /\n\s*\n/u.test(gap) || /^(?:[\p{Lu}\d*•#-])/u.test(request.slice(start, start + 1));
}

/** More space than this is no matter. */
const longestGap = 200;
