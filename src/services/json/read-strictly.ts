import { parsed } from './repair/parsed.ts';
import type { Target } from './target.ts';

const fence = '```';

/** The value of a text that is valid as it stands, alone or as the one fenced block; undefined when that is not plain. */
export function readStrictly(
  raw: string,
  whole: { readonly value: unknown } | undefined,
  { parts, hasDefaults }: Target,
): { readonly value: unknown; readonly isFenced: boolean } | undefined {
  if (hasDefaults) return undefined;
  if (whole !== undefined)
    return isPlain(raw) && parts.isValid(whole.value, raw.length) ? { ...whole, isFenced: false } : undefined;
  const text = fencedText(raw);
  const inner = text === undefined ? undefined : parsed(text);
  if (text === undefined || inner === undefined || !isPlain(text)) return undefined;
  return parts.isValid(inner.value, text.length) ? { ...inner, isFenced: true } : undefined;
}

/** What stands between the first fence and the last one. Not after tags, which may be those of thoughts. */
function fencedText(raw: string): string | undefined {
  const start = raw.indexOf(fence);
  const end = raw.lastIndexOf(fence);
  if (start === -1 || end <= start || raw.lastIndexOf('<', start) !== -1) return undefined;
  const line = raw.indexOf('\n', start);
  return line === -1 || line >= end ? undefined : raw.slice(line + 1, end);
}

const zero = 0x30;
const nine = 0x39;

/** False when a number may stand in the text that a double cannot hold: 16 digits in a row, or an exponent of three. */
export function isPlain(text: string): boolean {
  // of any three characters in a row, one is looked at
  for (let at = 2; at < text.length; at += 3) {
    const code = text.charCodeAt(at);
    if (code < zero || code > nine) continue;
    let start = at;
    while (isDigit(text, start - 1)) start -= 1;
    let end = at + 1;
    while (isDigit(text, end)) end += 1;
    if (end - start >= 16 || (end - start >= 3 && isExponent(text, start - 1))) return false;
    // the run is behind; a run that begins after it still has one of its first three digits at a step
    at = end - 1;
  }
  return true;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= zero && code <= nine;
}

function isExponent(text: string, at: number): boolean {
  const character = text.charAt(at);
  const letter = character === '+' ? text.charAt(at - 1) : character;
  return letter === 'e' || letter === 'E';
}
