/**
 * Ends of sentences: marks with what closes behind them, and space; marks of scripts without spaces need none. A run of marks is
 * looked at from its beginning alone: else many of them would take the square of their time.
 */
const ends = /(?<![.!?…])[.!?…]+["'”’)\]»]*(?=\s)|(?<![。！？])[。！？]+[」』”’）]*/gu;

/** A full stop behind these ends no sentence, nor one behind a single letter or a number that begins a line. */
const abbreviation =
  /(?:^|[\s("'“])(?:\p{Lu}|e\.g|i\.e|etc|cf|vs|no|nr|bzw|z\.B|d\.h|ca|approx|dr|mr|mrs|ms|prof|st|fig|p|pp|vol|ed|inc|ltd|co)\.$/iu;
const lineNumber = /(?:^|\n)\s*\d{1,3}\.$/u;

/**
 * The sentences of a text, each with the space behind it. Own rules, since those of `Intl.Segmenter` change with the data of the
 * machine, and the same text has to be cut in the same way everywhere.
 */
export function sentencesOf(text: string): readonly string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const match of text.matchAll(ends)) {
    const end = match.index + match[0].length;
    const before = text.slice(Math.max(start, end - 12), end);
    if (match[0] === '.' && (abbreviation.test(before) || lineNumber.test(before))) continue;
    const next = end + spaceAt(text, end);
    sentences.push(text.slice(start, next));
    start = next;
  }
  return start < text.length ? [...sentences, text.slice(start)] : sentences;
}

function spaceAt(text: string, at: number): number {
  let end = at;
  while (end < text.length && /\s/u.test(text.charAt(end))) end += 1;
  return end - at;
}
