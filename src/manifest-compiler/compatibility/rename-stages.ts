import { scanText } from '../expressions/mapping-text.ts';

/** Old ids to new ids; a node that keeps its id need not be in it. */
export type Names = ReadonlyMap<string, string>;

/** Texts, words, and whatever is in between. */
const tokens = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*|\s+|./gsu;

/** An expression that reads stages by their new ids: `stages.name`, `stages["name"]`, `"name" in stages`. */
export function renameInExpression(source: string, names: Names): string {
  if (names.size === 0 || !source.includes('stages')) return source;
  const parts = source.match(tokens) ?? [];
  const places = parts.flatMap((part, place) => (part.trim() === '' ? [] : [place]));
  const at = (step: number): string => parts[places[step] ?? -1] ?? '';
  const rename = (step: number, renamed: (part: string) => string): void => {
    const place = places[step];
    if (place !== undefined) parts[place] = renamed(parts[place] ?? '');
  };
  places.forEach((_, step) => {
    if (at(step) !== 'stages' || at(step - 1) === '.') return;
    if (at(step + 1) === '.') rename(step + 2, (name) => names.get(name) ?? name);
    else if (at(step + 1) === '[') rename(step + 2, (quoted) => renameQuoted(quoted, names));
    else if (at(step - 1) === 'in') rename(step - 2, (quoted) => renameQuoted(quoted, names));
  });
  return parts.join('');
}

function renameQuoted(text: string, names: Names): string {
  const name = names.get(text.slice(1, -1));
  return name === undefined ? text : `${text.charAt(0)}${name}${text.charAt(0)}`;
}

/** A value of a manifest in which every `${{ … }}` reads stages by their new ids. */
export function renameInMapping(value: unknown, names: Names): unknown {
  if (names.size === 0) return value;
  if (typeof value === 'string') return renameInText(value, names);
  if (Array.isArray(value)) return value.map((item) => renameInMapping(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renameInMapping(item, names)]));
}

function renameInText(text: string, names: Names): string {
  const scan = scanText(text);
  if (!scan.ok) return text;
  let renamed = '';
  let copied = 0;
  for (const part of scan.parts) {
    if (part.kind === 'text') continue;
    renamed += text.slice(copied, part.start) + renameInExpression(part.source, names);
    copied = part.start + part.source.length;
  }
  return renamed + text.slice(copied);
}
