import { distance } from 'fastest-levenshtein';

/** Lines of a file that are most like the beginning of what was looked for. */
export interface NearestLines {
  /** Of the first of them, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
  /** They differ in blanks alone. */
  readonly isSameButBlanks: boolean;
}

// Together they bound the time: about 0.1 s.
const maxLines = 10_000;
const maxComparedLines = 3;
const maxCharacters = 200;

/** Undefined when nothing is half like it. */
export function nearestLines(text: string, search: string): NearestLines | undefined {
  const wanted = trimmedLines(search);
  while (wanted[0] === '') wanted.shift();
  while (wanted.at(-1) === '') wanted.pop();
  if (wanted.length === 0) return undefined;
  const lines = text.split('\n').slice(0, maxLines);
  const known = lines.map((line) => squeezed(line));
  const same = known.findIndex((_, at) => wanted.every((line, index) => known[at + index] === line));
  const at = same >= 0 ? same : mostAlike(known, wanted.slice(0, maxComparedLines));
  if (at === undefined) return undefined;
  const shown = lines.slice(at, at + Math.min(wanted.length, maxComparedLines));
  return {
    line: at + 1,
    lines: shown.map((line) => line.replace(/\r$/u, '').slice(0, maxCharacters)),
    isSameButBlanks: same >= 0,
  };
}

function mostAlike(known: readonly string[], wanted: readonly string[]): number | undefined {
  const most = wanted.reduce((sum, line) => sum + Math.min(line.length, maxCharacters), 0) / 2;
  let best: number | undefined;
  let least = most;
  for (const at of known.keys()) {
    let changes = 0;
    for (const [index, line] of wanted.entries()) {
      if (changes >= least) break;
      changes += distance(line.slice(0, maxCharacters), (known[at + index] ?? '').slice(0, maxCharacters));
    }
    if (changes < least) [best, least] = [at, changes];
  }
  return best;
}

function trimmedLines(text: string): string[] {
  return text.split('\n').map((line) => squeezed(line));
}

function squeezed(line: string): string {
  return line.trim().replaceAll(/\s+/gu, ' ');
}
