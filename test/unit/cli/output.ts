import picocolors from 'picocolors';
import type { Output } from '../../../src/cli/context.ts';

/** An output that keeps what is written to it. */
export function keptOutput({ columns = 80, isTerminal = false, isColored = false } = {}): Output & { text(): string } {
  let text = '';
  return {
    write: (more) => (text += more),
    text: () => text,
    isTerminal,
    colors: picocolors.createColors(isColored),
    columns: () => columns,
    rows: () => 24,
  };
}
