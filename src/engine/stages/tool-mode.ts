import type { ToolMode } from '../../services/index.ts';

/** Modes of tasks are free words; two of them keep tools from doing harm. */
export function toolMode(mode: string): ToolMode {
  return mode === 'analysis_only' || mode === 'dry_run' ? mode : 'normal';
}
