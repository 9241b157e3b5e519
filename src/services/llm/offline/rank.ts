import type { Evidence, Unit } from './evidence.ts';

export interface Ranked {
  readonly unit: Unit;
  readonly score: number;
  /** How many of the asked stems stand in it. */
  readonly hits: number;
}

const repetitionFactor = 0.2;

/** All units, those that speak of the query first; where it says nothing, those that stand for the whole. */
export function rankUnits(evidence: Evidence, query: ReadonlyMap<string, number>, used: ReadonlySet<string>): Ranked[] {
  const ranked = evidence.units.map((unit): Ranked => {
    let match = 0;
    let hits = 0;
    for (const [stem, worth] of query) {
      if (!unit.stems.has(stem)) continue;
      match += worth * (evidence.rarity.get(stem) ?? 0);
      hits += 1;
    }
    const length = 1 / Math.log2(unit.stems.size + 8);
    const score = (match * length + unit.weight) * (used.has(unit.text) ? repetitionFactor : 1);
    return { unit, score, hits };
  });
  return ranked.toSorted((a, b) => b.score - a.score || a.unit.order - b.unit.order);
}

/** The best of the ranked units that do not say the same as one before them. */
export function pickDistinct(ranked: readonly Ranked[], most: number): Ranked[] {
  const picked: Ranked[] = [];
  for (const candidate of ranked) {
    if (picked.length >= most) break;
    if (!picked.some(({ unit }) => overlap(unit.stems, candidate.unit.stems) > 0.7)) picked.push(candidate);
  }
  return picked;
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const stem of a) if (b.has(stem)) shared += 1;
  return shared / Math.max(1, Math.min(a.size, b.size));
}
