/** By slot; 0 stands for none. */
export type Scores = Float64Array;

/** Scores that differ by less are one: the order in which numbers were added up makes such differences. */
const steps = 1e6;

/** A score above zero in steps that do not depend on the order of additions. */
export function scoreOf(score: number): number {
  return Math.max(1, Math.round(score * steps)) / steps;
}

/** Calls `take` for each slot that has a score, highest first. Numbers alone are sorted much faster than by a comparison. */
export function eachByScore(scores: Scores, take: (slot: number, score: number) => void): void {
  const base = 2 ** Math.ceil(Math.log2(scores.length + 1));
  const keys = new Float64Array(scores.length);
  let count = 0;
  for (let slot = 0; slot < scores.length; slot += 1) {
    const score = scores[slot] ?? 0;
    if (score === 0) continue;
    keys[count] = Math.round(score * steps) * base + slot;
    count += 1;
  }
  const sorted = keys.subarray(0, count).toSorted();
  for (let index = count - 1; index >= 0; index -= 1) {
    const slot = (sorted[index] ?? 0) % base;
    take(slot, scores[slot] ?? 0);
  }
}

const firstPortion = 256;
const growth = 8;

/** Gives slots highest score first, in portions that grow, so that those that nobody asks for are not sorted. */
export function* inOrder(
  slots: readonly number[],
  scores: Scores,
  compareTies: (left: number, right: number) => number,
): Generator<number, void, undefined> {
  const sorted = Float64Array.from(slots, (slot) => scores[slot] ?? 0).toSorted();
  const compare = (left: number, right: number): number =>
    (scores[right] ?? 0) - (scores[left] ?? 0) || compareTies(left, right);
  let [taken, size, above] = [0, firstPortion, Infinity];
  while (taken < slots.length) {
    const least = sorted[Math.max(0, slots.length - taken - size)] ?? 0;
    const portion = slots.filter((slot) => {
      const score = scores[slot] ?? 0;
      return score >= least && score < above;
    });
    yield* portion.toSorted(compare);
    [taken, size, above] = [taken + portion.length, size * growth, least];
  }
}
