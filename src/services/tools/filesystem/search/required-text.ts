/** What means something else than itself in a regular expression. */
const special = new Set(['.', '^', '$', '*', '+', '?', '(', ')', '[', ']', '|', '\\']);
const quantifiers = new Set(['*', '+', '?']);
/** Letters behind a backslash that stand for one character or for a place. */
const classes = /[dDsSwWbBAz]/u;
const shortest = 2;

/**
 * A text without which nothing matches, where that is easy to tell; undefined where it is not. It looks at what stands side by
 * side outside of groups and classes, and gives up at whatever it does not know.
 */
export function requiredText(pattern: string): string | undefined {
  if (/[{}\r\n]|\(\?|[^ -~]/u.test(pattern)) return undefined;
  const runs = runsOf(pattern);
  const longest = runs?.toSorted((one, other) => other.length - one.length)[0] ?? '';
  return longest.length < shortest ? undefined : longest;
}

function runsOf(pattern: string): string[] | undefined {
  const runs: string[] = [''];
  const add = (text: string): void => void runs.push((runs.pop() ?? '') + text);
  for (let at = 0; at < pattern.length;) {
    const item = itemAt(pattern, at);
    if (item === undefined) return undefined;
    at += item.length;
    const isOptional = quantifiers.has(pattern[at] ?? '');
    if (item.text === undefined || isOptional) runs.push('');
    else add(item.text);
  }
  return runs;
}

interface Item {
  readonly length: number;
  /** The character that it stands for; undefined when it stands for something else. */
  readonly text?: string;
}

function itemAt(pattern: string, at: number): Item | undefined {
  const character = pattern.charAt(at);
  if (character === '\\') return escapeAt(pattern.charAt(at + 1));
  if (character === '[') return lengthTo(/^\[\^?\]?(?:[^\\\][]|\\.)*\]/u, pattern.slice(at));
  if (character === '(') return lengthTo(/^\((?:[^\\()[\]|]|\\.)*\)/u, pattern.slice(at));
  if (character === '|' || character === ')' || character === ']') return undefined;
  return special.has(character) ? { length: 1 } : { length: 1, text: character };
}

function escapeAt(character: string): Item | undefined {
  if (classes.test(character)) return { length: 2 };
  return character === '' || /\w/u.test(character) ? undefined : { length: 2, text: character };
}

function lengthTo(end: RegExp, rest: string): Item | undefined {
  const found = end.exec(rest)?.[0];
  return found === undefined ? undefined : { length: found.length };
}
