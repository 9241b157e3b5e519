import { Option, type Command } from 'commander';
import type { LogsOptions } from '../commands/logs.ts';
import type { CliContext } from '../context.ts';
import { addProjectOption, collect, type Finish } from '../input/shared-options.ts';

export function addLogsCommand(program: Command, context: CliContext, finish: Finish): void {
  const logs = program
    .command('logs')
    .description('show what happened: the events that a plugin wrote, else what the journals of a task tell')
    .argument('[task]', 'a task, with its child tasks (default: all, or of journals the newest)')
    .addOption(new Option('-f, --follow', 'go on with what happens, until the task is over'))
    .addOption(
      new Option(
        '--type <type>',
        'only this type of event, such as stage.failed, or stage for all (repeatable)',
      ).argParser(collect),
    )
    .addOption(new Option('--stage <stage>', 'only what is about a stage (repeatable)').argParser(collect))
    .addOption(new Option('--journal', 'what the journals tell, also where a plugin writes events'))
    .addOption(new Option('--json', 'print events as JSON, one a line'));
  addProjectOption(logs).action(async (task: string | undefined, options: LogsOptions) => {
    const { logs: showLogs } = await import('../commands/logs.ts');
    await finish(showLogs(context, task, options));
  });
}
