import { EngineError, type EngineOptions } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';

export interface ProgressOptions {
  readonly json?: boolean;
  readonly events?: boolean;
  readonly quiet?: boolean;
  /** False for --no-progress. */
  readonly progress?: boolean;
  /** What agents say is printed as they say it. */
  readonly stream?: boolean;
  /** Of `run`: every decision about where the task goes is printed. */
  readonly explainRouting?: boolean;
  /** What --events has of what models say. */
  readonly payloads?: 'metadata' | 'full';
}

/** What an engine has to tell for these options. Throws HOST_USAGE when they do not go together. */
export function payloadsFor(
  { stderr }: CliContext,
  options: ProgressOptions,
): Pick<EngineOptions, 'payloads' | 'console'> {
  if (options.payloads !== undefined && options.events !== true) {
    throw new EngineError('HOST_USAGE', 'The option --payloads says what --events prints, and there is no --events.', {
      hint: 'Add --events, or use --stream to read along.',
    });
  }
  const isShown = stderr.isTerminal && !isSilent(options);
  const isFull = isShown || options.stream === true || options.payloads === 'full';
  return { ...(isFull && { payloads: 'full' }), ...(options.quiet === true && { console: 'quiet' }) };
}

export function isSilent({ quiet, progress }: ProgressOptions): boolean {
  return quiet === true || progress === false;
}
