import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ContextCommandOptions } from '../commands/context.ts';
import type { ForkCommandOptions } from '../commands/fork.ts';
import type { ReplayCommandOptions } from '../commands/replay.ts';
import type { ShowCommandOptions } from '../commands/show.ts';
import type { CliContext } from '../context.ts';
import { addOverrideOptions } from '../input/override-options.ts';
import { addProgressOptions, addProjectOption, collect, type Finish } from '../input/shared-options.ts';

/** Commands that look back on a task, or go on from a point in its past. */
export function addTravelCommands(program: Command, context: CliContext, finish: Finish): void {
  const show = program.command('show').description('show what became of a task').argument('<task>', 'id of the task');
  addProjectOption(show)
    .addOption(new Option('--at <seq>', 'as it stood after this entry of its journal').argParser(readSeq))
    .addOption(new Option('--journal', 'list what happened, entry by entry'))
    .addOption(new Option('--calls [stage]', 'list the calls of models and of the tools of agents instead'))
    .addOption(new Option('--routing', 'list why it went where it went instead').conflicts('calls'))
    .addOption(new Option('--full', 'with --calls: also what models said and what tools gave'))
    .addOption(new Option('--json', 'print it as JSON'))
    .action(async (task: string, options: ShowCommandOptions) => {
      const { show: showTask } = await import('../commands/show.ts');
      await finish(showTask(context, task, options));
    });
  const shown = program
    .command('context')
    .description('show what the model of a stage was shown of the memory, and what not and why')
    .argument('<task>', 'id of the task')
    .argument('<stage>', 'id of the stage');
  addProjectOption(shown)
    .addOption(new Option('--attempt <number>', 'of which attempt (default: the last)').argParser(readSeq))
    .addOption(new Option('--text', 'also print the texts'))
    .addOption(new Option('--json', 'print it as JSON'))
    .action(async (taskId: string, stage: string, options: ContextCommandOptions) => {
      const { showContext } = await import('../commands/context.ts');
      await finish(showContext(context, { taskId, stage }, options));
    });
  addForkCommand(program, context, finish);
  const replay = program
    .command('replay')
    .description('replay the journal of a task without effects, and compare what comes of it with what is stored')
    .argument('<task>', 'id of the task');
  addProjectOption(replay)
    .addOption(new Option('--no-below', 'leave out child tasks'))
    .addOption(new Option('--json', 'print the report as JSON'))
    .action(async (task: string, options: ReplayCommandOptions) => {
      const { replay: replayTask } = await import('../commands/replay.ts');
      await finish(replayTask(context, task, options));
    });
}

function addForkCommand(program: Command, context: CliContext, finish: Finish): void {
  const fork = program
    .command('fork')
    .description('run a task again from a point in its past, as a task of its own')
    .argument('<task>', 'id of the task')
    .addOption(new Option('--from <point>', 'a stage that runs again, or the number of a journal entry (default: 0)'))
    .addOption(
      new Option(
        '-i, --input <input>',
        'another request for what still runs: text, @file, -, or a JSON object or list',
      ),
    )
    .addOption(new Option('-m, --mode <mode>', 'another mode'))
    .addOption(
      new Option('-t, --tag <tag>', 'tag of the fork, instead of those of the task (repeatable)').argParser(collect),
    )
    .addOption(new Option('--latest', 'with the manifests of today, as far as what is done stays valid'))
    .addOption(new Option('--id <id>', 'id of the fork, instead of a new one'))
    .addOption(new Option('--no-run', 'create it, and print its id'));
  addProgressOptions(addProjectOption(addOverrideOptions(fork))).action(
    async (task: string, options: ForkCommandOptions) => {
      const { fork: forkTask } = await import('../commands/fork.ts');
      await finish(forkTask(context, task, options));
    },
  );
}

function readSeq(value: string): number {
  if (/^\d{1,15}$/u.test(value)) return Number(value);
  throw new InvalidArgumentError('It is a number from 0.');
}
