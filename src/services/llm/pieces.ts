/** The text cut into so many parts of about equal length, never inside a character; fewer when it is too short. */
export function inPieces(text: string, count: number): string[] {
  const characters = Array.from(text);
  const size = Math.max(1, Math.ceil(characters.length / count));
  const pieces: string[] = [];
  for (let start = 0; start < characters.length; start += size)
    pieces.push(characters.slice(start, start + size).join(''));
  return pieces.length === 0 ? [''] : pieces;
}
