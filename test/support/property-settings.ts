/** True in `npm run test:exhaustive`. */
export const isExhaustive = process.env['EXHAUSTIVE'] === '1';

/** At most so many tries of each property: for mutation testing, which repeats the tests thousands of times. */
const runsAtMost = Number(process.env['PROPERTY_RUNS'] ?? Infinity);

/**
 * How often a property is tried. The seed is fixed, so that a run fails today as it will tomorrow; PROPERTY_SEED tries
 * others. When a property fails, fast-check prints the seed and the path to the smallest counterexample.
 */
export function propertySettings(usualRuns: number): { numRuns: number; seed: number; endOnFailure: boolean } {
  return {
    numRuns: Math.min(isExhaustive ? 40_000 : usualRuns, runsAtMost),
    seed: Number(process.env['PROPERTY_SEED'] ?? 1),
    // Where tries are few, nobody reads the counterexample.
    endOnFailure: runsAtMost < Infinity,
  };
}

/** For a whole property, on a machine that is busy with other things; shrinking a counterexample takes its time too. */
export const propertyTimeoutMs = isExhaustive ? 1_800_000 : 300_000;
