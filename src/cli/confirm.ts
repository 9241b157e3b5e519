import { createInterface } from 'node:readline';
import type { CliContext } from './context.ts';

/** Asks a person; anything but a yes is a no, and so is the end of the input. */
export async function confirm({ stdin, stderr }: CliContext, question: string): Promise<boolean> {
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
export function canAsk({ stdin, stderr }: CliContext): boolean {
  return stdin.isTTY === true && stderr.isTerminal;
}
