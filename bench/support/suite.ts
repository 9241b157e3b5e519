/** What was measured of one case, by the name of the figure. */
export type Figures = Readonly<Record<string, number>>;

export interface CaseSetting {
  readonly size: number;
  readonly isQuick: boolean;
  /** An empty directory of this case alone, which is taken away afterwards. */
  readonly directory: string;
}

/** Somebody who is measured at one thing. */
export interface Case {
  /** Runs in a process of its own. Throws when the work was not really done. */
  measure(setting: CaseSetting): Promise<Figures>;
  /** Sizes beyond it are left out, since they would take too long or too much of the disk. */
  readonly largest?: number;
}

/** One thing at which all are measured side by side. */
export interface Suite {
  readonly title: string;
  /** What the sizes count; figures that do not depend on a size have the one size 1. */
  readonly counts: string;
  readonly sizes: readonly number[];
  readonly quickSizes: readonly number[];
  /** Names of the figures, in the order in which their tables are shown, with what they mean. */
  readonly figures: Readonly<Record<string, string>>;
  /** Figures are compared between these two sizes. */
  readonly growth?: readonly [number, number];
  readonly cases: Readonly<Record<string, Case>>;
}
