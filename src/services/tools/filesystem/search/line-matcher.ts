import { RE2JS, RE2JSException } from 're2js';
import { requiredText } from './required-text.ts';

/** Finds what is searched for in one line at a time. */
export interface LineMatcher {
  /** Where the first match begins; -1 without one. */
  find(line: string): number;
  /** False when no line of what these bytes are as UTF-8 can match; cheaper than making a text of them. */
  mayBeInBytes(bytes: Buffer): boolean;
  /** False when no line of the text can match. */
  mayBeIn(text: string): boolean;
  /** Lines are looked at no further than this, so that one step stays short. */
  readonly maxLineCharacters: number;
}

export type CompiledMatcher =
  { readonly ok: true; readonly matcher: LineMatcher } | { readonly ok: false; readonly problem: string };

export interface SearchPattern {
  readonly pattern: string;
  readonly isRegex: boolean;
  readonly ignoreCase: boolean;
}

/** With the length of a line it bounds the time of one step: about 0.1 s at most. */
const maxProgramSize = 2_000;
const maxRegexLineCharacters = 10_000;

export function compileMatcher({ pattern, isRegex, ignoreCase }: SearchPattern): CompiledMatcher {
  if (/[\r\n]/u.test(pattern))
    return { ok: false, problem: 'it goes over a line end, and lines are searched one by one' };
  if (isRegex) return compileRegex(pattern, ignoreCase);
  return { ok: true, matcher: ignoreCase ? foldedMatcher(pattern) : literalMatcher(pattern) };
}

function literalMatcher(pattern: string): LineMatcher {
  return {
    find: (line) => line.indexOf(pattern),
    mayBeInBytes: bytesOf(pattern),
    mayBeIn: (text) => text.includes(pattern),
    maxLineCharacters: Infinity,
  };
}

/** Bytes that are no UTF-8 are read as U+FFFD, so that a text with it is not to be found in bytes. */
function bytesOf(text: string): (bytes: Buffer) => boolean {
  if (text.includes('\uFFFD') || !text.isWellFormed()) return () => true;
  const wanted = Buffer.from(text);
  return (bytes) => bytes.includes(wanted);
}

/** Text with every character escaped repeats nothing, so the engine of JavaScript takes no long way through it. */
function foldedMatcher(pattern: string): LineMatcher {
  const folded = new RegExp(pattern.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`), 'iu');
  return {
    find: (line) => line.search(folded),
    mayBeInBytes: () => true,
    mayBeIn: (text) => folded.test(text),
    maxLineCharacters: Infinity,
  };
}

/** RE2 takes time in proportion to pattern times line, where the engine of JavaScript can take for ever. */
function compileRegex(pattern: string, ignoreCase: boolean): CompiledMatcher {
  try {
    const regex = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    if (regex.programSize() > maxProgramSize) return { ok: false, problem: 'its repetitions make it too large' };
    const find = (line: string): number => {
      if (!regex.test(line)) return -1;
      const matcher = regex.matcher(line);
      return matcher.find() ? matcher.start() : -1;
    };
    const required = ignoreCase ? undefined : requiredText(pattern);
    const mayBeInBytes = required === undefined ? () => true : bytesOf(required);
    return {
      ok: true,
      matcher: { find, mayBeInBytes, mayBeIn: () => true, maxLineCharacters: maxRegexLineCharacters },
    };
  } catch (error) {
    if (error instanceof RE2JSException) return { ok: false, problem: error.message.replace(/\.$/u, '') };
    throw error;
  }
}
