export type CommandWords =
  | { readonly ok: true; readonly words: readonly string[]; readonly shellOperators: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Words that may be run, exactly as they are; with `anyRest` any words may follow. */
export interface CommandPattern {
  readonly words: readonly string[];
  readonly anyRest: boolean;
}

export type ReadCommandPattern =
  { readonly ok: true; readonly pattern: CommandPattern } | { readonly ok: false; readonly reason: string };

interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

type Words = { readonly ok: true; readonly words: readonly Word[] } | { readonly ok: false; readonly reason: string };

const shellOperators = new Set(['&&', '||', '|', '|&', ';', '&', '>', '>>', '<', '<<', '2>', '2>&1', '&>']);

const token = /'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[^])*)"|(?<bare>[^\s'"]+)|(?<gap>\s+)/uy;

/**
 * Splits a command line into words without a shell: blanks part words, quotes keep blanks, and inside double quotes
 * \" and \\ stand for one character. Nothing is expanded.
 */
export function splitCommandWords(line: string): CommandWords {
  const read = readWords(line);
  if (!read.ok) return read;
  const operators = read.words.filter(({ text, isQuoted }) => !isQuoted && shellOperators.has(text));
  return { ok: true, words: read.words.map(textOf), shellOperators: operators.map(textOf) };
}

/** Reads a permitted command line: "*" as the last word, without quotes, stands for any rest, also for none. */
export function readCommandPattern(line: string): ReadCommandPattern {
  const read = readWords(line);
  if (!read.ok) return read;
  const last = read.words.at(-1);
  const anyRest = last?.text === '*' && !last.isQuoted;
  const words = anyRest ? read.words.slice(0, -1) : read.words;
  return { ok: true, pattern: { words: words.map(textOf), anyRest } };
}

/** True when the words of a command are those of the pattern. The one rule for what is checked and what is run. */
export function matchesCommand(
  argv: readonly string[],
  { words, anyRest }: CommandPattern,
  isSame: (word: string, permitted: string) => boolean = (word, permitted) => word === permitted,
): boolean {
  if (argv.length === 0) return false;
  const lengthFits = anyRest ? argv.length >= words.length : argv.length === words.length;
  return lengthFits && words.every((permitted, index) => isSame(argv[index] ?? '', permitted));
}

function readWords(line: string): Words {
  if (line.includes('\0')) return { ok: false, reason: 'it holds a NUL character' };
  const words: Word[] = [];
  let word: Word | undefined;
  for (let position = 0; position < line.length; position = token.lastIndex) {
    token.lastIndex = position;
    const groups = token.exec(line)?.groups;
    if (groups === undefined) return { ok: false, reason: 'a quote is not closed' };
    if (groups['gap'] === undefined) {
      word = withToken(word, groups);
      continue;
    }
    if (word !== undefined) words.push(word);
    word = undefined;
  }
  if (word !== undefined) words.push(word);
  return words.length === 0 ? { ok: false, reason: 'it is empty' } : { ok: true, words };
}

type Groups = Readonly<Record<string, string | undefined>>;

function withToken(word: Word | undefined, groups: Groups): Word {
  const isQuoted = word?.isQuoted === true || groups['bare'] === undefined;
  return { text: (word?.text ?? '') + textOfToken(groups), isQuoted };
}

function textOf({ text }: Word): string {
  return text;
}

function textOfToken(groups: Groups): string {
  return groups['single'] ?? groups['double']?.replaceAll(/\\(["\\])/gu, '$1') ?? groups['bare'] ?? '';
}
