/** Scripts that put no spaces between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** Longest word that is looked at as a whole; keys and hashes are longer. */
const longestTerm = 64;

/** The words of a text in a form in which different endings meet. */
export function termsOf(text: string): ReadonlySet<string> {
  const terms = new Set<string>();
  for (const [run] of text
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{M}\p{N}_]+/gu)) {
    if (unspaced.test(run)) for (const pair of pairsOf(run)) terms.add(pair);
    else terms.add(stem(run.slice(0, longestTerm)));
  }
  return terms;
}

function* pairsOf(run: string): Generator<string> {
  let before = '';
  for (const character of run) {
    if (before !== '') yield before + character;
    before = character;
  }
}

/** Takes off what English words end in; words of other languages hardly end so. */
function stem(word: string): string {
  if (word.length < 5 || !/^[a-z]+$/u.test(word)) return word;
  return word.replace(/(?:ies|ing|ed|es|s|y|e)$/u, '');
}
