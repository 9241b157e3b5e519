import { InvalidArgumentError, Option, type Command } from 'commander';
import type { PathsOptions } from '../commands/paths.ts';
import type { CliContext } from '../context.ts';
import { addDirectory, directoryOf, type DirectoryOptions, type Finish } from '../input/shared-options.ts';

/** The command on the ways through a workflow. */
export function addPathsCommand(program: Command, context: CliContext, finish: Finish): void {
  const list = program.command('paths').description('list every way through the workflow of a project, or walk them');
  addDirectory(list)
    .addOption(new Option('--test', 'walk runs with stubs in place of agents and tools, and report what they cover'))
    .addOption(
      new Option('-f, --format <format>', 'form of the result; junit goes with --test')
        .choices(['table', 'json', 'junit'])
        .default('table'),
    )
    .addOption(new Option('-p, --pipeline <id>', 'look at one pipeline alone'))
    .addOption(
      new Option(
        '-c, --criterion <criterion>',
        'what the walks of --test have to cover (default: all but paths)',
      ).choices(['nodes', 'edges', 'outcomes', 'pairs', 'paths']),
    )
    .addOption(
      new Option(
        '-l, --limit <count>',
        'paths that are listed at most (default: 100), or walked with --test --criterion paths (default: 10000)',
      ).argParser(readLimit),
    )
    .addOption(new Option('-o, --out <file>', 'write a file instead of standard output'))
    .action(async (named: string | undefined, options: PathsOptions & DirectoryOptions) => {
      const directory = directoryOf(list, named, options);
      const { paths } = await import('../commands/paths.ts');
      await finish(paths(context, directory, options));
    });
}

const mostPaths = 100_000;

function readLimit(value: string): number {
  const limit = /^\d{1,6}$/u.test(value) ? Number(value) : Number.NaN;
  if (limit <= mostPaths) return limit;
  throw new InvalidArgumentError(`Give a whole number up to ${mostPaths}.`);
}
