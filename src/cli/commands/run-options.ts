import type { OverrideOptions } from '../input/override-options.ts';
import type { ProgressOptions } from '../input/progress-options.ts';

export interface RunArguments {
  readonly directory: string;
  /** Words after it. */
  readonly request: readonly string[];
}

export interface RunOptions extends ProgressOptions, OverrideOptions {
  readonly input?: string;
  readonly mode?: string;
  readonly dryRun?: boolean;
  readonly analysisOnly?: boolean;
  readonly pipeline?: string;
  readonly tag?: readonly string[];
  readonly id?: string;
  readonly readOnly?: boolean;
  readonly plan?: boolean;
  readonly step?: boolean;
  readonly break?: readonly string[];
}

/** The mode that is asked for, in whichever way. */
export function modeOf({ dryRun, analysisOnly, mode }: RunOptions): string | undefined {
  return dryRun === true ? 'dry_run' : analysisOnly === true ? 'analysis_only' : mode;
}
