/** What can be reached in a pipeline, child tasks included: names of tools. */
export interface PipelineTools {
  readonly all: readonly string[];
  /** Those that certainly change something, or reach out of the workspace. */
  readonly mutating: readonly string[];
  /** Those whose code says itself, when it is loaded, whether it is harmless. */
  readonly undeclared: readonly string[];
}

/** A pipeline as far as the choice among several goes by it. */
export interface PipelineCandidate {
  readonly id: string;
  /** Absent: all. */
  readonly modes?: readonly string[];
  /** That a task must have. */
  readonly tags?: readonly string[];
  readonly priority?: number;
  /** Its declared score for the task at hand. Asked only when tags and priority do not decide; may throw. */
  readonly score?: () => unknown;
  /** Asked only by those who go by it. */
  readonly reaches: () => PipelineTools;
}

export interface RouteRequest {
  readonly mode: string;
  readonly tags: readonly string[];
  /** A pipeline that the caller insists on. */
  readonly pipeline?: string;
}

/** An override that takes candidates out. */
export interface RouteFilter {
  readonly overrideId: string;
  /** The end of a sentence that says why; nothing for a candidate that may stay. */
  refuses(candidate: PipelineCandidate): string | undefined;
}
