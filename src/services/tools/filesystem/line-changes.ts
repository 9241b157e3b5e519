export interface LineChanges {
  readonly lines_added: number;
  readonly lines_removed: number;
}

/** Lines that only one of two texts has, each as often as it is there; in linear time, so moved lines do not count. */
export function lineChanges(before: string, after: string): LineChanges {
  const counts = new Map<string, number>();
  for (const line of linesOf(before)) counts.set(line, (counts.get(line) ?? 0) + 1);
  let added = 0;
  for (const line of linesOf(after)) {
    const count = counts.get(line) ?? 0;
    if (count === 0) added += 1;
    else counts.set(line, count - 1);
  }
  const removed = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { lines_added: added, lines_removed: removed };
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
