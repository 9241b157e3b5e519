import { Option, type Command } from 'commander';
import type { InitOptions } from '../commands/init.ts';
import type { CliContext } from '../context.ts';
import type { Finish } from '../input/shared-options.ts';

export function addInitCommand(program: Command, context: CliContext, finish: Finish): void {
  program
    .command('init')
    .description('make a project that validates and runs as it is')
    .argument('[dir]', 'where to (default: asked for on a terminal, else the current directory)')
    .addOption(
      new Option('-t, --template <name>', 'what to begin with (default: asked for on a terminal, else "basic")'),
    )
    .addOption(new Option('--list', 'list the templates, and make nothing'))
    .addOption(new Option('--force', 'write over files that are there'))
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(new Option('--json', 'print what was made as JSON'))
    .action(async (directory: string | undefined, options: InitOptions) => {
      const { init } = await import('../commands/init.ts');
      await finish(init(context, directory, options));
    });
}
