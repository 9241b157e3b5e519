import { sourceLimits } from './limits.ts';

export type CharacterTest = (character: string) => boolean;
export type Position = 'start' | 'end' | 'word_edge' | 'no_word_edge';

/** A regular expression as a tree. */
export type PatternNode =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'position'; readonly position: Position }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly item: PatternNode; readonly least: number; readonly most: number };

export interface PatternFault {
  readonly message: string;
  readonly hint?: string;
}

/** Reads the syntax that RE2 and JavaScript share; what needs back-tracking is no part of it. Throws a `PatternFault`. */
export interface PatternReader {
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  offset: number;
  depth: number;
}

export interface PatternError extends Error {
  readonly patternFault: PatternFault;
}

export function patternError(message: string, hint?: string): PatternError {
  return Object.assign(new Error(message), { patternFault: { message, ...(hint === undefined ? {} : { hint }) } });
}

export function createPatternReader(source: string): PatternReader {
  const flags = /^\(\?([ims]+)\)/u.exec(source);
  const letters = flags?.[1] ?? '';
  return {
    source,
    ignoreCase: letters.includes('i'),
    dotAll: letters.includes('s'),
    multiline: letters.includes('m'),
    offset: flags?.[0].length ?? 0,
    depth: 0,
  };
}

export function readChoice(reader: PatternReader): PatternNode {
  reader.depth += 1;
  if (reader.depth > sourceLimits.patternDepth) throw patternError('Its groups are nested too deeply.');
  const options = [readSequence(reader)];
  while (reader.source[reader.offset] === '|') {
    reader.offset += 1;
    options.push(readSequence(reader));
  }
  reader.depth -= 1;
  const [only] = options;
  return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
}

function readSequence(reader: PatternReader): PatternNode {
  const items: PatternNode[] = [];
  for (;;) {
    const next = reader.source[reader.offset];
    if (next === undefined || next === '|' || next === ')') return { kind: 'sequence', items };
    items.push(readRepeat(reader, readAtom(reader, next)));
  }
}

function readAtom(reader: PatternReader, next: string): PatternNode {
  if (next === '(') return readGroup(reader);
  if (next === '[') return readClass(reader);
  if (next === '\\') return readEscape(reader);
  if ('*+?'.includes(next))
    throw patternError(`"${next}" has nothing to repeat.`, 'Write a "\\" before it to mean the character.');
  const character = String.fromCodePoint(reader.source.codePointAt(reader.offset) ?? 0);
  reader.offset += character.length;
  if (character === '^') return { kind: 'position', position: 'start' };
  if (character === '$') return { kind: 'position', position: 'end' };
  if (character === '.') return { kind: 'character', test: reader.dotAll ? () => true : (one) => one !== '\n' };
  return literal(reader, character);
}

function readGroup(reader: PatternReader): PatternNode {
  const opening = /^\((?:\?(?::|P?<[A-Za-z_]\w*>))?(?!\?)/u.exec(
    reader.source.slice(reader.offset, reader.offset + 100),
  );
  if (opening === null) {
    throw patternError(
      'It looks ahead or behind, or uses a group that is not supported.',
      'Use plain groups: "(…)" or "(?:…)".',
    );
  }
  reader.offset += opening[0].length;
  const inside = readChoice(reader);
  if (reader.source[reader.offset] !== ')') throw patternError('A "(" is never closed.');
  reader.offset += 1;
  return inside;
}

function readRepeat(reader: PatternReader, item: PatternNode): PatternNode {
  const rest = reader.source.slice(reader.offset, reader.offset + 20);
  const found = /^(?:[*+?]|\{(\d{1,4})(,?)(\d{0,4})\})\??/u.exec(rest);
  if (found === null) return item;
  reader.offset += found[0].length;
  const sign = found[0].charAt(0);
  if ('*+?{'.includes(reader.source[reader.offset] ?? ' '))
    throw patternError('It repeats a repetition.', 'Put the inner one into a group: "(…)".');
  if (sign !== '{') return { kind: 'repeat', item, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity };
  const least = Number(found[1]);
  const open = found[2] === ',' ? Infinity : least;
  const most = found[3] === undefined || found[3] === '' ? open : Number(found[3]);
  if (most < least) throw patternError('A repetition ends below its start.');
  return { kind: 'repeat', item, least, most };
}

const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\u0007' };
const positions: Readonly<Record<string, Position>> = { b: 'word_edge', B: 'no_word_edge', A: 'start', z: 'end' };

function readEscape(reader: PatternReader): PatternNode {
  const rest = reader.source.slice(reader.offset, reader.offset + 60);
  const coded = /^\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|[xu]\{([0-9A-Fa-f]{1,6})\})/u.exec(rest);
  const named = /^\\(?:[dDwWsS]|[pP]\{[\w=]+\})/u.exec(rest);
  reader.offset += (coded ?? named)?.[0].length ?? 2;
  if (coded !== null) return literal(reader, characterOf(coded.slice(1).find((hex) => hex !== undefined) ?? ''));
  if (named !== null) return { kind: 'character', test: classTest(reader, named[0]) };
  return readLetterEscape(reader, rest);
}

function readLetterEscape(reader: PatternReader, rest: string): PatternNode {
  const letter = rest.charAt(1);
  const position = Object.hasOwn(positions, letter) ? positions[letter] : undefined;
  if (position !== undefined) return { kind: 'position', position };
  const control = Object.hasOwn(controls, letter) ? controls[letter] : undefined;
  if (control !== undefined) return literal(reader, control);
  if (/^[\dk]$/u.test(letter)) {
    throw patternError('It refers back to a group, which takes unbounded time.', 'Write the text out again.');
  }
  if (letter === '' || /\w/u.test(letter)) throw patternError(`"\\${letter}" means nothing in a pattern.`);
  const character = String.fromCodePoint(rest.codePointAt(1) ?? 0);
  reader.offset += character.length - 1;
  return literal(reader, character);
}

function characterOf(hex: string): string {
  const code = Number.parseInt(hex, 16);
  if (code > 0x10_ff_ff) throw patternError(`"${hex}" is no code of a character.`);
  return String.fromCodePoint(code);
}

function readClass(reader: PatternReader): PatternNode {
  const found = /^\[(?:[^\]\\]|\\[^])*\]/u.exec(reader.source.slice(reader.offset));
  if (found === null) throw patternError('A "[" is never closed.');
  const [text] = found;
  if (text.includes('[:'))
    throw patternError('It uses a POSIX class such as "[:alpha:]".', 'Write \\p{L}, \\d, \\w or a range such as a-z.');
  reader.offset += text.length;
  const portable = text.replaceAll(/\\([^\w^$\\.*+?()[\]{}|/-])/gu, '$1');
  return { kind: 'character', test: classTest(reader, portable) };
}

/** One character against one class is short work for the built-in engine. */
function classTest(reader: PatternReader, source: string): CharacterTest {
  try {
    const built = new RegExp(`^${source}$`, reader.ignoreCase ? 'iu' : 'u');
    return (character) => built.test(character);
  } catch {
    throw patternError(`"${source}" is no set of characters.`);
  }
}

function literal(reader: PatternReader, character: string): PatternNode {
  if (reader.ignoreCase && character.toLowerCase() !== character.toUpperCase()) {
    const lower = character.toLowerCase();
    return { kind: 'character', test: (one) => one.toLowerCase() === lower };
  }
  return { kind: 'character', test: (one) => one === character };
}
