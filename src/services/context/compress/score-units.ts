import { termsOf } from './terms.ts';
import { unitForms, type Unit } from './unit.ts';

const weights = { overlap: 3, rarity: 0.6, number: 0.5, name: 0.4, code: 0.3, position: 0.4 } as const;

/** Longer units are looked at by their beginning, so that one of them cannot take all the time. */
const longestLook = 2_000;

/** How much each unit is worth: what it has in common with what is asked, how rare its words are, what it is, and where it stands. */
export function scoreUnits(units: readonly Unit[], wanted: ReadonlySet<string>): readonly number[] {
  const looks = units.map(({ text }) => text.slice(0, longestLook));
  const terms = looks.map(termsOf);
  const frequency = new Map<string, number>();
  for (const each of terms) for (const term of each) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const rarest = Math.log(1 + units.length);
  const rarityOf = (term: string): number => Math.log((1 + units.length) / (frequency.get(term) ?? 1)) / rarest;
  const askedFor = [...wanted].reduce((sum, term) => sum + (frequency.has(term) ? rarityOf(term) : 0), 0);
  return units.map((unit, at) => {
    const own = terms[at] ?? new Set<string>();
    const shared = [...own].reduce((sum, term) => sum + (wanted.has(term) ? rarityOf(term) : 0), 0);
    const rare = [...own].reduce((sum, term) => sum + rarityOf(term), 0) / Math.max(6, own.size);
    return (
      weights.overlap * (askedFor > 0 ? shared / askedFor : 0) +
      weights.rarity * rare +
      unitForms[unit.form] +
      featuresOf(looks[at] ?? '') +
      weights.position * (unit.isFirst ? 0.5 : 0) +
      weights.position * (at === 0 ? 1 : 1 / (2 + at))
    );
  });
}

/** Numbers, names and code carry facts. */
function featuresOf(text: string): number {
  const hasNumber = /\p{N}/u.test(text);
  const hasName = /[\p{Ll},;:]\s+\p{Lu}\p{Ll}|\p{Lu}{2}/u.test(text);
  const hasCode = /`|\w[_/.]\w|[\p{Ll}]\p{Lu}|\(\)/u.test(text);
  return (hasNumber ? weights.number : 0) + (hasName ? weights.name : 0) + (hasCode ? weights.code : 0);
}
