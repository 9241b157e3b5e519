/** Makes texts into vectors that are near each other where the texts are about the same. */
export interface Embedder {
  /** Tells apart what must not be compared: the provider, and its model or the version of its way. */
  readonly model: string;
  /** Numbers of a vector; undefined until the first answer, where the model decides it. */
  readonly dimensions: number | undefined;
  /**
   * One vector of length 1 a text, in their order; all numbers are 0 for a text that says nothing. A call that fails throws
   * `failureError(…)` with a kind of category `provider`, or `cancelled.task` once the signal fires.
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
}
