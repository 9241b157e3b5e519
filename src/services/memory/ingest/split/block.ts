/** A part of a text that belongs together, as a range of it. Blocks follow each other and leave out blank lines at most. */
export interface Block {
  readonly start: number;
  readonly end: number;
  /** What stands above it: headings, or keys. */
  readonly headings: readonly string[];
  /** What its parts are to be found by, where it is too long for one chunk. */
  readonly title?: string;
}

const longestTitle = 120;

/** One line to call something by. */
export function titleOf(line: string): string {
  const plain = line.trim().replaceAll(/\s+/gu, ' ');
  return (plain.length > longestTitle ? `${plain.slice(0, longestTitle - 1)}…` : plain).toWellFormed();
}
