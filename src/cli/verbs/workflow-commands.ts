import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { RunOptions } from '../commands/run-options.ts';
import type { ValidateOptions } from '../commands/validate.ts';
import type { CliContext } from '../context.ts';
import { addDiagramCommand } from './diagram-command.ts';
import { addOverrideOptions } from '../input/override-options.ts';
import { addPathsCommand } from './paths-command.ts';
import {
  addDirectory,
  addProgressOptions,
  collect,
  collectBreakpoint,
  directoryOf,
  type DirectoryOptions,
  type Finish,
} from '../input/shared-options.ts';

/** Commands on a project directory. */
export function addWorkflowCommands(program: Command, context: CliContext, finish: Finish): void {
  const check = program.command('validate').description('check all manifests of a project and report every problem');
  addDirectory(check)
    .option('--json', 'print the report as JSON')
    .action(async (named: string | undefined, options: ValidateOptions & DirectoryOptions) => {
      const directory = directoryOf(check, named, options);
      const { validate } = await import('../commands/validate.ts');
      await finish(validate(context, directory, options));
    });

  addRunCommand(program, context, finish);

  addDiagramCommand(program, context, finish);
  addPathsCommand(program, context, finish);
}

function addRunCommand(program: Command, context: CliContext, finish: Finish): void {
  const run = program.command('run').description('run a task through the workflow of a project');
  addDirectory(run)
    .argument('[request...]', 'what the task is to do')
    .addOption(
      new Option('-i, --input <input>', 'the request as text, @file, - (standard input), or a JSON object or list'),
    )
    .addOption(new Option('-m, --mode <mode>', 'mode of the task, by which pipelines and tools go'))
    .addOption(
      new Option('--dry-run', 'let tools say what they would do: mode dry_run').conflicts(['mode', 'analysisOnly']),
    )
    .addOption(new Option('--analysis-only', 'let tools only look: mode analysis_only').conflicts(['mode', 'dryRun']))
    .addOption(new Option('--read-only', 'deny the task to write files, run commands and reach the network'))
    .addOption(new Option('-p, --pipeline <id>', 'insist on a pipeline instead of having one chosen'))
    .addOption(new Option('-t, --tag <tag>', 'tag of the task (repeatable)').argParser(collect))
    .addOption(new Option('--id <id>', 'id of the task, instead of a new one'))
    .addOption(
      new Option('--plan', 'run nothing, and say what a run would be and what it can come to').conflicts([
        'events',
        'step',
        'break',
      ]),
    )
    .addOption(
      new Option(
        '--explain-routing',
        'print why the pipeline is taken, and why each stage goes where it goes',
      ).conflicts('quiet'),
    )
    .addOption(new Option('--step', 'hold every stage; "agent-engine step" then lets one at a time run'))
    .addOption(
      new Option('--break <place>', 'pause before a node, or at an edge "from->to" (repeatable)').argParser(
        collectBreakpoint,
      ),
    );
  addProgressOptions(addOverrideOptions(run)).action(
    async (named: string | undefined, words: string[], options: RunTaskOptions) => {
      const { directory, request } = orderOf(run, { named, words }, options);
      if (options.plan === true) {
        const { plan } = await import('../commands/plan.ts');
        await finish(plan(context, { directory, request }, options));
        return;
      }
      const { run: runTask } = await import('../commands/run.ts');
      await finish(runTask(context, { directory, request }, options));
    },
  );
}

type RunTaskOptions = RunOptions & DirectoryOptions;

interface RunWords {
  readonly named: string | undefined;
  readonly words: readonly string[];
}

/** With --project all words are the request, but for the same directory once more. */
function orderOf(
  run: Command,
  { named, words }: RunWords,
  options: DirectoryOptions,
): { readonly directory: string; readonly request: string[] } {
  const { project } = options;
  if (project === undefined || named === undefined)
    return { directory: directoryOf(run, named, options), request: [...words] };
  const isRepeated = resolve(named) === resolve(project);
  return { directory: project, request: isRepeated ? [...words] : [named, ...words] };
}
