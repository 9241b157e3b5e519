/** A piece of a text: as it is written, or the place of an argument. */
export type TemplatePart =
  | { readonly text: string }
  /** `isPath` stands for several segments of a path, "{+name}". */
  | { readonly name: string; readonly isPath: boolean };

const placeholder = /(?<!\$)\{(?<plus>\+?)(?<name>[A-Za-z_]\w*)\}/gu;

/** Splits a text at its "{name}"; "${env:NAME}" is none. */
export function templateParts(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const match of text.matchAll(placeholder)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ name: match.groups?.['name'] ?? '', isPath: match.groups?.['plus'] === '+' });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** The argument that a text consists of, if it is nothing else. */
export function wholePlaceholder(text: string): string | undefined {
  const [part, ...more] = templateParts(text);
  return part !== undefined && 'name' in part && !part.isPath && more.length === 0 ? part.name : undefined;
}

/** Names of all arguments in the texts of a value, each with whether nothing goes without it. */
export function placeholdersIn(value: unknown): readonly { readonly name: string; readonly isWhole: boolean }[] {
  if (typeof value === 'string') {
    const isWhole = wholePlaceholder(value) !== undefined;
    return templateParts(value).flatMap((part) => ('name' in part ? [{ name: part.name, isWhole }] : []));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(placeholdersIn);
}
