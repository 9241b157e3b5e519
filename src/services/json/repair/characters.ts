/** Characters outside of strings, by their codes, full-width forms included. */
export const openBrace: ReadonlySet<number> = codes('{｛');
export const closeBrace: ReadonlySet<number> = codes('}｝');
export const openBracket: ReadonlySet<number> = codes('[［');
export const closeBracket: ReadonlySet<number> = codes(']］');
export const comma: ReadonlySet<number> = codes(',，、');
export const colon: ReadonlySet<number> = codes(':：=＝');
export const lineEnd: ReadonlySet<number> = codes('\n\r');
export const jsonQuote = 0x22;
export const backslash = 0x5c;

/** White space and marks that are not seen, besides the characters up to the space. */
const unseen = codes(
  '\u007F\u0085\u00A0\u1680\u180E\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u200C\u200D\u200E\u200F' +
    '\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u202F\u205F\u2060\u2066\u2067\u2068\u2069\u3000\uFEFF',
);

export function isSpace(code: number): boolean {
  return code <= 0x20 || (code >= 0x7f && unseen.has(code));
}

/** Which characters may end a string that a quote has begun. */
const quotes: ReadonlyMap<number, ReadonlySet<number>> = new Map(
  Object.entries({
    '"': '"',
    "'": "'",
    '`': '`´',
    '´': '´`',
    '“': '”“',
    '”': '”',
    '„': '“”‟',
    '‟': '”‟',
    '‘': '’‘',
    '’': '’',
    '‚': '‘’‛',
    '‛': '’‛',
    '«': '»',
    '»': '«',
    '＂': '＂',
  }).map(([begin, ends]): [number, ReadonlySet<number>] => [begin.charCodeAt(0), codes(ends)]),
);

export function closersOf(code: number): ReadonlySet<number> | undefined {
  return quotes.get(code);
}

function codes(characters: string): ReadonlySet<number> {
  return new Set(Array.from(characters, (character) => character.charCodeAt(0)));
}
