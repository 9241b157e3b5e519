import { closest, distance } from 'fastest-levenshtein';

/** Names that are compared with a mistyped one: beyond that it takes long to look, and longer to choose. */
const mostCompared = 2_000;

/** The known name that is nearest to a mistyped one, if one is near enough to be meant. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || known.length > mostCompared || name.length > 128) return undefined;
  const nearest = closest(name, [...known]);
  const allowed = Math.max(1, Math.floor(Math.min(name.length, nearest.length) / 3));
  return slips(name.toLowerCase(), nearest.toLowerCase()) <= allowed ? nearest : undefined;
}

/** The edit distance, but swapped letters count as one slip. */
function slips(one: string, other: string): number {
  const found = distance(one, other);
  return found === 2 && letters(one) === letters(other) ? 1 : found;
}

function letters(name: string): string {
  return name.split('').toSorted().join('');
}

/** `"a", "b" and "c"`, cut short when there are many. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `"${name}"`);
  if (names.length > shown.length) return `${shown.join(', ')} and ${names.length - shown.length} more`;
  const last = shown.pop();
  if (last === undefined) return 'nothing';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
