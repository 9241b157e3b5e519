/** A tool takes its arguments and gives a value that is plain JSON. */
export function countWords({ text }) {
  return { words: text.split(/\s+/u).filter((word) => word !== '').length };
}
