/** The beginning and the end of a text, which say most, and between them how much was left out. Cuts no character in two. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const ofEnd = Math.floor(most / 4);
  const begin = text.slice(0, most - ofEnd).replace(/[\uD800-\uDBFF]$/u, '');
  const end = text.slice(text.length - ofEnd).replace(/^[\uDC00-\uDFFF]/u, '');
  return `${begin}\n[… ${text.length - begin.length - end.length} characters left out …]\n${end}`;
}
