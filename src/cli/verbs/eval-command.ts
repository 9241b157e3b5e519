import { InvalidArgumentError, Option, type Command } from 'commander';
import type { EvalCommandOptions } from '../commands/eval.ts';
import type { CliContext } from '../context.ts';
import { addDirectory, collect, directoryOf, type DirectoryOptions, type Finish } from '../input/shared-options.ts';

/** The command that runs the cases in evals/. */
export function addEvalCommand(program: Command, context: CliContext, finish: Finish): void {
  const run = program.command('eval').description('run the cases in evals/ of a project, and compare with a baseline');
  addDirectory(run)
    .addOption(
      new Option('--filter <word>', 'run cases that have it as a tag or in their id (repeatable)').argParser(collect),
    )
    .addOption(new Option('--runs <count>', 'run each case so often').argParser(readCount(1_000)))
    .addOption(new Option('--parallel <count>', 'runs at a time (default: 4)').argParser(readCount(100)))
    .addOption(new Option('--max-cost <dollars>', 'begin no further run once so much is spent').argParser(readAmount))
    .addOption(
      new Option('-f, --format <format>', 'form of the result').choices(['table', 'json', 'junit']).default('table'),
    )
    .addOption(new Option('-o, --out <file>', 'write a file instead of standard output'))
    .addOption(new Option('--baseline <file>', 'hold the cases against those of a file'))
    .addOption(new Option('--save-baseline <file>', 'write what the cases came to as a baseline'))
    .addOption(
      new Option('--tolerance <share>', 'how much worse than the baseline a case may be (default: 0.1)').argParser(
        readAmount,
      ),
    )
    .addOption(
      new Option(
        '--record [dir]',
        'keep what models answer in a folder of the project (default: evals/cassettes)',
      ).conflicts('replay'),
    )
    .addOption(new Option('--replay [dir]', 'ask no model, and play what was recorded'))
    .addOption(new Option('-q, --quiet', 'print nothing but the result and errors'))
    .action(async (named: string | undefined, options: EvalCommandOptions & DirectoryOptions) => {
      const directory = directoryOf(run, named, options);
      const { evaluate } = await import('../commands/eval.ts');
      await finish(evaluate(context, directory, options));
    });
}

function readCount(most: number): (value: string) => number {
  return (value) => {
    const count = /^\d{1,6}$/u.test(value) ? Number(value) : 0;
    if (count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`);
  };
}

function readAmount(value: string): number {
  const amount = /^\d*\.?\d+$/u.test(value) ? Number(value) : Number.NaN;
  if (Number.isFinite(amount)) return amount;
  throw new InvalidArgumentError('Give a number such as 0.5.');
}
