/** Longer ones, such as keys and encoded files, are found by their beginning. */
const longestWord = 64;

const word = /[\p{L}\p{M}\p{N}_]+/gu;
/** Scripts that put no space between words, or few. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const runs = new RegExp(`${unspaced.source}+|(?:(?!${unspaced.source})[\\p{L}\\p{M}\\p{N}_])+`, 'gu');
const onlyAscii = /^\p{ASCII}*$/u;

/** The words of an item, each as often as it is there. Letters without spaces between words count alone and in pairs. */
export function wordsOf(text: string): string[] {
  return split(text, (run) => [...run, ...pairsOf(run)]);
}

/** What to look for: of letters without spaces between words only the pairs, which say more. */
export function wordsSought(text: string): string[] {
  return [...new Set(split(text, (run) => (run.length > 1 ? pairsOf(run) : run)))];
}

function split(text: string, ofUnspaced: (letters: readonly string[]) => readonly string[]): string[] {
  if (onlyAscii.test(text)) return (text.toLowerCase().match(word) ?? []).map(cut);
  return (fold(text).match(runs) ?? []).flatMap((run) =>
    unspaced.test(run) ? ofUnspaced(Array.from(run)) : [cut(run)],
  );
}

/** The same on every machine: nothing here asks for its language. By way of capitals, "ß" is "ss", and the two small sigmas are one. */
function fold(text: string): string {
  return text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

function pairsOf(letters: readonly string[]): string[] {
  return letters.slice(1).map((letter, index) => `${letters[index] ?? ''}${letter}`);
}

function cut(found: string): string {
  return found.length > longestWord ? found.slice(0, longestWord) : found;
}
