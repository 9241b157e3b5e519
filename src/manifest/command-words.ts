export type CommandWords =
  | { readonly ok: true; readonly words: readonly string[]; readonly shellOperators: readonly string[] }
  | { readonly ok: false; readonly reason: string };

const shellOperators = new Set(['&&', '||', '|', '|&', ';', '&', '>', '>>', '<', '<<', '2>', '2>&1', '&>']);

const token = /'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[^])*)"|(?<bare>[^\s'"]+)|(?<gap>\s+)/uy;

/**
 * Splits a command line into words without a shell: blanks part words, quotes keep blanks, and inside double quotes
 * \" and \\ stand for one character. Nothing is expanded.
 */
export function splitCommandWords(line: string): CommandWords {
  if (line.includes('\0')) return { ok: false, reason: 'it holds a NUL character' };
  const words: string[] = [];
  const operators: string[] = [];
  let word: string | undefined;
  let quoted = false;
  const finish = (): void => {
    if (word === undefined) return;
    words.push(word);
    if (!quoted && shellOperators.has(word)) operators.push(word);
    word = undefined;
    quoted = false;
  };
  let position = 0;
  while (position < line.length) {
    token.lastIndex = position;
    const groups = token.exec(line)?.groups;
    if (groups === undefined) return { ok: false, reason: 'a quote is not closed' };
    position = token.lastIndex;
    if (groups['gap'] !== undefined) {
      finish();
      continue;
    }
    quoted ||= groups['bare'] === undefined;
    word = (word ?? '') + textOf(groups);
  }
  finish();
  return words.length === 0 ? { ok: false, reason: 'it is empty' } : { ok: true, words, shellOperators: operators };
}

function textOf(groups: Readonly<Record<string, string | undefined>>): string {
  return groups['single'] ?? groups['double']?.replaceAll(/\\(["\\])/gu, '$1') ?? groups['bare'] ?? '';
}
