import type { Command } from 'commander';
import { lookUp } from '../completion/look-up.ts';
import type { Shell } from '../completion/scripts.ts';
import { wantedAt } from '../completion/wanted.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { safeLine } from '../text/safe-text.ts';

const afterwards: Readonly<Partial<Record<string, string>>> = { directory: ':dir', file: ':file' };

/** Prints for a shell what can come at the end of a line. */
export async function complete(
  context: CliContext,
  program: Command,
  { shell, words }: { readonly shell: Shell; readonly words: readonly string[] },
): Promise<number> {
  const wanted = wantedAt(program, shell === 'bash' ? joined(words) : words);
  const found = [...wanted.candidates, ...(await lookUp(context, wanted))];
  // Bash replaces what comes after a "=" alone.
  const prefix = shell === 'bash' ? '' : wanted.prefix;
  const lines = found
    .filter(({ value }) => value.startsWith(wanted.begun))
    .map(({ value, about }) => `${prefix}${safeLine(value)}\t${safeLine(about)}`);
  context.stdout.write(`${[...lines, afterwards[wanted.source ?? ''] ?? ':none'].join('\n')}\n`);
  return exitCodes.success;
}

/** Bash takes "=" for a word of its own. */
function joined(words: readonly string[]): readonly string[] {
  const result: string[] = [];
  for (const [at, word] of words.entries()) {
    const before = result.at(-1);
    const isPart = before?.startsWith('--') === true && (word === '=' || words[at - 1] === '=');
    if (isPart) result[result.length - 1] = `${before}${word}`;
    else result.push(word);
  }
  return result;
}
