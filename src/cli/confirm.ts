import { createInterface } from 'node:readline';
import type { CliContext } from './context.ts';

type Terminal = Pick<CliContext, 'stdin' | 'stderr'>;

/** Asks a person; anything but a yes is a no, and so is the end of the input. */
export async function confirm({ stdin, stderr }: Terminal, question: string): Promise<boolean> {
  stderr.write(`${question} [y/N] `);
  const lines = createInterface({ input: stdin });
  try {
    for await (const line of lines) return /^y(?:es)?$/iu.test(line.trim());
    return false;
  } finally {
    lines.close();
  }
}

/** Whether there is anybody to ask. */
export function canAsk({ stdin, stderr }: Terminal): boolean {
  return stdin.isTTY === true && stderr.isTerminal;
}
