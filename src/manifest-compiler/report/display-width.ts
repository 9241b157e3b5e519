const wide =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const control = /[\p{Cc}\p{Cs}\u061C\u200B\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/gu;
const tabColumns = 4;

/** Made for the first text that is not plain: it takes as long as loading twenty files. */
let segmenter: Intl.Segmenter | undefined;

/** Columns that a text takes in a terminal. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7E]*$/u.test(text)) return text.length;
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += segmentWidth(segment);
  return width;
}

function segmentWidth(segment: string): number {
  if (wide.test(segment) || segment.includes('\uFE0F')) return 2;
  return invisible.test(segment) ? 0 : 1;
}

/** A piece of a line as it can be shown: tabs as spaces, and a mark for what a terminal would obey. */
export function displayText(text: string): string {
  return text.replaceAll('\t', ' '.repeat(tabColumns)).replace(control, '\uFFFD');
}
