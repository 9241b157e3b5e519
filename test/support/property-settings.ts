/** True in `npm run test:exhaustive`. */
export const isExhaustive = process.env['EXHAUSTIVE'] === '1';

/**
 * How often a property is tried. The seed is fixed, so that a run fails today as it will tomorrow; PROPERTY_SEED tries
 * others. When a property fails, fast-check prints the seed and the path to the smallest counterexample.
 */
export function propertySettings(usualRuns: number): { numRuns: number; seed: number } {
  return { numRuns: isExhaustive ? 40_000 : usualRuns, seed: Number(process.env['PROPERTY_SEED'] ?? 1) };
}

/** For a whole property, on a machine that is busy with other things; shrinking a counterexample takes its time too. */
export const propertyTimeoutMs = isExhaustive ? 1_800_000 : 120_000;
