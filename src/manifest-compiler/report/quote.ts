const unprintable = /[\p{Cc}\p{Cs}\u061C\u200B\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/gu;
const longestQuote = 80;

/** Text that can neither move the cursor nor turn the direction of a line: such characters are written as escapes. */
export function printable(text: string): string {
  return text.replace(
    unprintable,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** What somebody wrote, for use in a sentence: in quotes, on one line, and not endless. */
export function quote(text: string): string {
  return `"${printable(text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text)}"`;
}
