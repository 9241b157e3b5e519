import { splitCommandWords } from '../../manifest/index.ts';

/** True when the words are those of the pattern; a last word "*" of the pattern stands for any rest. */
export function matchesCommand(words: readonly string[], pattern: string): boolean {
  const allowed = splitCommandWords(pattern);
  if (!allowed.ok) return false;
  const isOpen = allowed.words.length > 1 && allowed.words.at(-1) === '*';
  const fixed = isOpen ? allowed.words.slice(0, -1) : allowed.words;
  if (isOpen ? words.length < fixed.length : words.length !== fixed.length) return false;
  return fixed.every((word, index) => word === words[index]);
}
