/**
 * An estimate for models whose tokenizer is not at hand, meant to be rather too high, so that windows hold: what a character comes to
 * by its script. Calibrated on the samples of `test/unit/services/token-samples.ts` against the larger of the counts by o200k_base,
 * cl100k_base and the tokenizer of Llama 3; a test holds the estimate against the first two. In linear time.
 */
export function estimateTokens(text: string): number {
  let sixteenths = 0;
  let before: number = other;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (asciiKinds[code] ?? symbol) : other;
    sixteenths += kind === other ? weightOf(code) : (weights[kind] ?? 0);
    if (isBreak(before, kind)) sixteenths += wordBreak;
    before = kind;
  }
  return Math.ceil(sixteenths / 16);
}

const lower = 0;
const upper = 1;
const digit = 2;
const space = 3;
const newline = 4;
const symbol = 5;
const other = 6;

/** Sixteenths of a token: English has about four letters a token, numbers two to three digits, symbols are mostly alone. */
const weights = [4, 5, 7, 2, 8, 11];
const asciiKinds = Uint8Array.from({ length: 128 }, (_, code) => asciiKind(String.fromCharCode(code)));

/** Where a number begins, or a word changes its letters within itself, as keys and hashes do: a further token is likely. */
const wordBreak = 14;

function isBreak(before: number, kind: number): boolean {
  if (before === kind || kind > digit) return false;
  return kind === digit || (before <= digit && !(before === upper && kind === lower));
}

function asciiKind(character: string): number {
  if (/[a-z]/u.test(character)) return lower;
  if (/[A-Z]/u.test(character)) return upper;
  if (/\d/u.test(character)) return digit;
  if (/[ \t]/u.test(character)) return space;
  return character === '\n' ? newline : symbol;
}

/** Ends of ranges of code units, and what a unit up to there comes to. */
const scripts: readonly (readonly [end: number, sixteenths: number])[] = [
  [0x02_4f, 34], // Latin with marks
  [0x03_6f, 30],
  [0x03_ff, 17], // Greek
  [0x05_2f, 12], // Cyrillic
  [0x05_8f, 28],
  [0x05_ff, 19], // Hebrew
  [0x07_7f, 14], // Arabic
  [0x08_ff, 30],
  [0x0d_ff, 21], // scripts of India
  [0x0e_7f, 18], // Thai
  [0x1d_ff, 34],
  [0x1e_ff, 24], // Vietnamese
  [0x2f_ff, 32], // punctuation, arrows, symbols
  [0x9f_ff, 20], // kana and Chinese characters
  [0xab_ff, 40],
  [0xd7_ff, 20], // Hangul
  [0xdf_ff, 26], // half a character outside of the basic plane, such as an emoji
  [0xff_ff, 40],
];

function weightOf(code: number): number {
  for (const [end, sixteenths] of scripts) if (code <= end) return sixteenths;
  return 48;
}
