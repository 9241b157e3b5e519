/** What the cases of a project came to. Plain JSON. */
export interface EvalReport {
  readonly version: 1;
  /** Whether every case passed, and nothing is worse than the baseline. */
  readonly passed: boolean;
  readonly cases: readonly CaseReport[];
  readonly totals: EvalTotals;
  /** Why cases were left out: somebody stopped it, or it had cost what it may. */
  readonly stopped_by?: StopReason;
  /** How the cases compare with a baseline, where one is given. */
  readonly comparison?: readonly CaseComparison[];
}

export type StopReason = 'signal' | 'max_cost';

export interface EvalTotals {
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
  readonly not_run: number;
  /** US dollars, judges included; absent when a price is not known. */
  readonly cost_usd?: number;
  /** Prompts and answers, judges included. */
  readonly tokens: number;
}

export interface CaseReport {
  /** Name of the file and of the case, as `questions/resumes`. */
  readonly id: string;
  readonly description?: string;
  /** Where it is written. */
  readonly file: string;
  readonly line: number;
  readonly tags: readonly string[];
  readonly status: 'passed' | 'failed' | 'not_run';
  /** From 0 to 1: the mean of its runs. */
  readonly score: number;
  /** Share of its runs that have to pass. */
  readonly pass_rate: number;
  readonly passed_runs: number;
  readonly wanted_runs: number;
  readonly runs: readonly RunReport[];
  /** Means of a run; the cost is absent when a price is not known. */
  readonly cost_usd?: number;
  readonly tokens: number;
  readonly latency_ms: number;
}

export interface RunReport {
  readonly passed: boolean;
  /** From 0 to 1: the mean of its findings. */
  readonly score: number;
  /** How the task ended; absent when there was none. */
  readonly status?: string;
  readonly output?: unknown;
  readonly findings: readonly EvalFinding[];
  /** Nodes that ran, in the order in which they began. */
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  /** US dollars, judges included. */
  readonly cost_usd?: number;
  /** The share of the judges in it. */
  readonly judges_cost_usd?: number;
  readonly tokens: number;
  readonly latency_ms: number;
}

/** What became of one expectation. */
export interface EvalFinding {
  /** Its field, as `contains` or `path.nodes`; `run` for what kept the task from being run. */
  readonly expectation: string;
  readonly passed: boolean;
  /** 1 for passed and 0 for not, or what a judge says. */
  readonly score: number;
  /** What was expected and what there is; of a judge also why it is content. */
  readonly message?: string;
  /** Where it is written, as `evals/questions.yaml:12:9`. */
  readonly at: string;
}

export interface CaseComparison {
  readonly id: string;
  /** `gone`: the baseline has it, and no file. */
  readonly change: 'same' | 'better' | 'worse' | 'new' | 'gone';
  /** What is worse or better, in words. */
  readonly reasons: readonly string[];
}
