/** The beginning of a text, cut between words where there is a gap, with a mark where something is missing. */
export function cut(text, maxCharacters) {
  if (text.length <= maxCharacters) return text;
  const part = text.slice(0, maxCharacters - 2).toWellFormed();
  const gap = part.lastIndexOf(' ');
  return gap > maxCharacters / 2 ? `${part.slice(0, gap)} …` : `${part}…`;
}
