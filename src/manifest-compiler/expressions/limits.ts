/** Bounds on what people write. Beyond them an expression does not compile. */
export const sourceLimits = {
  expressionCharacters: 10_000,
  expressionNodes: 2_000,
  expressionDepth: 100,
  mappingDepth: 100,
  patternCharacters: 1_000,
  patternDepth: 50,
  /** After `{n,m}` is written out. */
  patternInstructions: 2_000,
  promptCharacters: 1_000_000,
  /** The library's time to parse a template grows with the square of them. */
  promptTags: 1_000,
} as const;

/** Bounds on the work of one evaluation. Beyond them it fails, at the same step on every machine. */
export const workLimits = {
  /** A step is one node of the expression that is worked off, about 50 ns. */
  steps: 10_000_000,
  /** Characters that text functions get through in the time of one step. */
  charactersPerStep: 32,
  resultDepth: 500,
  resultNodes: 2_000_000,
  resultCharacters: 64_000_000,
  durationCharacters: 100,
} as const;

export const promptLimits = {
  renderMs: 10_000,
  /** Characters and list items that filters create. */
  memory: 64_000_000,
  outputCharacters: 64_000_000,
  /** Characters that are compared at worst when one text is searched for another. */
  comparisons: 1_000_000_000,
} as const;
