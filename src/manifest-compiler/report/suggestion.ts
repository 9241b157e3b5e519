import { distance } from 'fastest-levenshtein';
import { quote } from './quote.ts';

const longestName = 100;
const comparisonBudget = 200_000;
const shownNames = 15;
const listedNames = 200;

/** Finds the name that was meant. The work of one finder is bounded: when it is used up, nothing is suggested. */
export interface NameFinder {
  /** All that can be found. */
  readonly names: readonly string[];
  nearest(name: string): string | undefined;
  /** An order to put into a hint; none where there is no name to offer. */
  hint(name: string): string | undefined;
}

/** Finds the name that was meant by a misspelt one, and words the hint. */
export function createNameFinder(names: Iterable<string>): NameFinder {
  let budget = comparisonBudget;
  let byLength: Map<number, string[]> | undefined;
  const all = [...names];
  const nearest = (name: string): string | undefined => {
    if (name.length > longestName) return undefined;
    const longer = all.length > listedNames ? undefined : longerName(name, all);
    if (longer !== undefined) return longer;
    byLength ??= groupByLength(all);
    const wanted = normalised(name);
    let best: string | undefined;
    let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
    for (let length = name.length - bestDistance; length <= name.length + bestDistance; length += 1) {
      for (const candidate of byLength.get(length) ?? []) {
        if (budget <= 0) return best;
        budget -= 1;
        const found = dissimilarity(wanted, normalised(candidate));
        if (found >= bestDistance) continue;
        best = candidate;
        bestDistance = found;
      }
    }
    return best;
  };
  return {
    names: all,
    nearest,
    hint: (name) => {
      const near = nearest(name);
      return near === undefined ? listHint(all) : `Did you mean ${quote(near)}?`;
    },
  };
}

function groupByLength(names: readonly string[]): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const name of names) {
    const group = groups.get(name.length);
    if (group === undefined) groups.set(name.length, [name]);
    else group.push(name);
  }
  return groups;
}

/** Names in quotes, cut where there are too many to read. */
export function listNames(names: readonly string[], separator = ', '): string {
  const shown = names.slice(0, shownNames).map(quote).join(separator);
  return names.length > shownNames ? `${shown} and ${names.length - shownNames} more` : shown;
}

function listHint(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  return names.length === 1 ? `Use ${listNames(names)}.` : `Use one of ${listNames(names)}.`;
}

/** The one name that begins with what was written, if it is long enough to tell. */
function longerName(name: string, names: readonly string[]): string | undefined {
  if (name.length < 3) return undefined;
  const longer = names.filter((candidate) => candidate.length > name.length && candidate.startsWith(name));
  return longer.length === 1 ? longer[0] : undefined;
}

/** The edit distance, but swapped letters count as one slip. */
function dissimilarity(one: string, other: string): number {
  const found = distance(one, other);
  return found === 2 && letters(one) === letters(other) ? 1 : found;
}

function letters(name: string): string {
  return name.split('').toSorted().join('');
}

function normalised(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}
