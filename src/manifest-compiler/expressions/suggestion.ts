import { closest, distance } from 'fastest-levenshtein';

/** The known name that is nearest to a mistyped one, if one is near enough to be meant. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || name.length > 128) return undefined;
  const nearest = closest(name, [...known]);
  const allowed = Math.max(1, Math.floor(Math.min(name.length, nearest.length) / 3));
  return distance(name.toLowerCase(), nearest.toLowerCase()) <= allowed ? nearest : undefined;
}

/** `"a", "b" and "c"`, cut short when there are many. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `"${name}"`);
  if (names.length > shown.length) return `${shown.join(', ')} and ${names.length - shown.length} more`;
  const last = shown.pop();
  if (last === undefined) return 'nothing';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
