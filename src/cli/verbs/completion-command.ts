import { Argument, type Command } from 'commander';
import { completionScripts, shells, type Shell } from '../completion/scripts.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Finish } from '../input/shared-options.ts';

/** `complete` is what the scripts of `completion` call. */
export function addCompletionCommands(program: Command, context: CliContext, finish: Finish): void {
  program
    .command('completion')
    .description('print what a shell needs to complete commands, options, tasks, stages and pipelines')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action(async (shell: Shell) => {
      context.stdout.write(completionScripts[shell]);
      await finish(Promise.resolve(exitCodes.success));
    });
  program
    .command('complete', { hidden: true })
    .addArgument(new Argument('<shell>').choices(shells))
    .argument('[words...]')
    .action(async (shell: Shell, words: readonly string[]) => {
      const { complete } = await import('../commands/complete.ts');
      await finish(complete(context, program, { shell, words }));
    });
}
