import { tellsOfSecret } from './telling-names.ts';

/** A shorter part stands in other texts by chance. */
const shortestPart = 16;

/** What of a secret gives it away by itself: lines of a key, or the secret texts of a JSON file, such as that of a service account. */
export function partsOf(value: string): readonly string[] {
  const texts = textsIn(value);
  if (texts === undefined) return linesOf(value);
  const telling = texts.filter(({ name }) => tellsOfSecret(name));
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

interface NamedText {
  /** The key that it stands under, at any depth; empty for one that has none. */
  readonly name: string;
  readonly text: string;
}

/** Undefined for what is no JSON object or array. */
function textsIn(value: string): readonly NamedText[] | undefined {
  if (!/^\s*[[{]/u.test(value)) return undefined;
  const texts: NamedText[] = [];
  try {
    JSON.parse(value, (name, part: unknown) => {
      if (typeof part === 'string') texts.push({ name, text: part });
      return part;
    });
  } catch {
    return undefined;
  }
  return texts;
}
