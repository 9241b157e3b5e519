import { fitWidth, textWidth } from './safe-text.ts';

/**
 * Labels cut to a number of columns, and no two of them alike: where the beginnings are the same the middle is left out,
 * and what cannot be told apart then stays whole.
 */
export function shortLabels(labels: Iterable<string>, columns: number): ReadonlyMap<string, string> {
  const distinct = [...new Set(labels)];
  const cuts = [(label: string) => fitWidth(label, columns), (label: string) => withoutMiddle(label, columns)];
  const short = new Map<string, string>();
  let left: readonly string[] = distinct;
  for (const cut of cuts) {
    const byCut = Map.groupBy(left, cut);
    left = [...byCut].flatMap(([text, alike]) => {
      const [label] = alike;
      if (label === undefined || alike.length > 1) return alike;
      short.set(label, text);
      return [];
    });
  }
  for (const label of left) short.set(label, label);
  return short;
}

/** The beginning and the end of what is too wide. */
function withoutMiddle(label: string, columns: number): string {
  if (textWidth(label) <= columns) return label;
  const half = Math.floor(columns / 2);
  const characters = Array.from(label);
  let end = characters.length;
  for (let width = 0; end > 0 && width < half - 1; end -= 1) width += textWidth(characters[end - 1] ?? '');
  return `${fitWidth(label, columns - half)}${characters.slice(end).join('')}`;
}
