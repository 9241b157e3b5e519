import { tellsOfSecret } from './telling-names.ts';

/** A shorter part stands in other texts by chance. */
const shortestPart = 16;

/** What of a secret gives it away by itself: lines of a key, or the secret texts of a JSON file, such as that of a service account. */
export function partsOf(value: string): readonly string[] {
  const texts = textsIn(value);
  if (texts === undefined) return linesOf(value);
  const telling = texts.filter(({ isTold }) => isTold);
  const parts = (telling.length > 0 ? telling : texts).flatMap(({ text }) => formsOf(text));
  return parts.filter((part) => part.length >= shortestPart);
}

function formsOf(text: string): readonly string[] {
  return [text, text.trim(), JSON.stringify(text).slice(1, -1), ...linesOf(text)];
}

function linesOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/u).map((line) => line.trim());
  // Those that begin and end a key are the same in all keys.
  return lines.length > 1 ? lines.filter((line) => line.length >= shortestPart && !line.startsWith('-----')) : [];
}

interface FoundText {
  readonly text: string;
  /** Whether a key on the way to it tells of secrets. */
  readonly isTold: boolean;
}

/** Undefined for what is no JSON object or array. */
function textsIn(value: string): readonly FoundText[] | undefined {
  if (!/^\s*[[{]/u.test(value)) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return textsBelow(parsed, false);
  } catch {
    return undefined; // no JSON, or too deep
  }
}

function textsBelow(value: unknown, isTold: boolean): readonly FoundText[] {
  if (typeof value === 'string') return [{ text: value, isTold }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => textsBelow(part, isTold || tellsOfSecret(name)));
}
