const part = /"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<plain>[^\s"']+)|(?<blank>\s+)/gy;

/** The words of a command line: split at blanks, with quotes as in a shell and nothing else of one. */
export function splitCommand(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let end = 0;
  for (const match of line.matchAll(part)) {
    end = match.index + match[0].length;
    const { double, single, plain, blank } = match.groups ?? {};
    if (blank === undefined) word = `${word ?? ''}${double ?? single ?? plain ?? ''}`;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (end < line.length) return undefined;
  return word === undefined ? words : [...words, word];
}

/** True when the words are those of the pattern; a last word "*" of the pattern stands for any rest. */
export function matchesCommand(words: readonly string[], pattern: string): boolean {
  const allowed = splitCommand(pattern);
  if (allowed === undefined || allowed.length === 0) return false;
  const isOpen = allowed.length > 1 && allowed.at(-1) === '*';
  const fixed = isOpen ? allowed.slice(0, -1) : allowed;
  if (isOpen ? words.length < fixed.length : words.length !== fixed.length) return false;
  return fixed.every((word, index) => word === words[index]);
}
