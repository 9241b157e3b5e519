/** Made for the first text, since that takes long. */
let segmenter: Intl.Segmenter | undefined;
const abbreviation = /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|approx|resp|no|fig|mr|mrs|ms|dr|prof|st|\p{Lu})\.$/iu;

const shortest = 12;
const longest = 400;

/** Whole sentences of a paragraph, in order. */
export function splitSentences(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'sentence' });
  const sentences: string[] = [];
  let open = '';
  for (const { segment } of segmenter.segment(text)) {
    open += segment;
    if (abbreviation.test(open.trimEnd().slice(-12))) continue;
    sentences.push(open.trim());
    open = '';
  }
  return open.trim() === '' ? sentences : [...sentences, open.trim()];
}

/** True for text that ends like a sentence. */
export function isSentence(text: string): boolean {
  return /[.!?…。！？]["'”’)\]]{0,2}$/u.test(text);
}

/** True for text a person would read aloud: of sensible length, made of words, with its brackets closed. */
export function isProse(text: string): boolean {
  if (text.length < shortest || text.length > longest || /[:;,]$/u.test(text)) return false;
  if (/[{};]\s*$|=>|\)\s*;|\$\{|\/\/\s|^\W*(?:const|let|import|export|return|function)\b/u.test(text)) return false;
  const letters = text.match(/[\p{L}\p{M}\s]/gu)?.length ?? 0;
  return letters / text.length > 0.72 && isBalanced(text);
}

function isBalanced(text: string): boolean {
  const count = (character: string): number => text.split(character).length;
  return count('(') === count(')') && count('[') === count(']') && count('"') % 2 === 1 && count('“') === count('”');
}
