import { InvalidArgumentError, Option, type Command } from 'commander';
import type { AnswerCommandOptions } from '../commands/answer.ts';
import type { CancelOptions } from '../commands/cancel.ts';
import type { PauseOptions } from '../commands/pause.ts';
import type { PruneCommandOptions } from '../commands/prune.ts';
import type { ResumeCommandOptions } from '../commands/resume.ts';
import type { StepCommandOptions } from '../commands/step.ts';
import type { TasksOptions } from '../commands/tasks.ts';
import type { UndoCommandOptions } from '../commands/undo.ts';
import { addConsentCommands } from './consent-commands.ts';
import type { CliContext } from '../context.ts';
import {
  addProgressOptions,
  addProjectOption,
  collect,
  collectBreakpoint,
  type Finish,
} from '../input/shared-options.ts';
import { addTravelCommands } from './travel-commands.ts';

/** All that lists show as STATUS. */
const statuses = [
  'pending',
  'running',
  'interrupted',
  'paused',
  'waiting',
  'completed',
  'partial',
  'failed',
  'cancelled',
];

/** Commands on the life of tasks. */
export function addTaskCommands(program: Command, context: CliContext, finish: Finish): void {
  const resume = program
    .command('resume')
    .description('go on with a task that was paused or whose process died')
    .argument('<task>', 'id of the task')
    .addOption(new Option('--latest', 'with the manifests of today, as far as what is done stays valid'))
    .addOption(new Option('-y, --yes', 'let tools act a second time where stages run again for that'))
    .addOption(
      new Option(
        '--break <place>',
        'pause before a node, or at an edge "from->to", instead of where it did (repeatable)',
      ).argParser(collectBreakpoint),
    )
    .addOption(new Option('--no-break', 'pause nowhere any more'));
  addProgressOptions(addProjectOption(resume)).action(async (task: string, options: ResumeCommandOptions) => {
    const { resume: resumeTask } = await import('../commands/resume.ts');
    await finish(resumeTask(context, task, options));
  });

  addAnswerCommand(program, context, finish);
  addUndoCommand(program, context, finish);
  addControlCommands(program, context, finish);
  const tasks = program.command('tasks').description('list the tasks of a project, newest first');
  addProjectOption(tasks)
    .addOption(
      new Option('-s, --status <status>', 'only those with a status (repeatable)')
        .choices(statuses)
        .argParser(collectStatus),
    )
    .addOption(new Option('--below <task>', 'the child tasks of a task, at any depth'))
    .addOption(new Option('-m, --mode <mode>', 'only those of a mode'))
    .addOption(new Option('--since <age>', 'only those that were created since then, such as 2h or 7d'))
    .addOption(new Option('-n, --limit <count>', 'at most so many').argParser(wholeNumber))
    .addOption(new Option('--json', 'print them as JSON'))
    .action(async (options: TasksOptions) => {
      const { tasks: listTasks } = await import('../commands/tasks.ts');
      await finish(listTasks(context, options));
    });

  addPruneCommand(tasks, context, finish);
  addConsentCommands(program, context, finish);
  addTravelCommands(program, context, finish);
}

function addControlCommands(program: Command, context: CliContext, finish: Finish): void {
  const step = program
    .command('step')
    .description('let one stage of a paused task run, and pause again')
    .argument('<task>', 'id of the task')
    .addOption(new Option('--stage <stage>', 'which of those that are held (default: the one held longest)'));
  addProgressOptions(addProjectOption(step)).action(async (task: string, options: StepCommandOptions) => {
    const { step: stepTask } = await import('../commands/step.ts');
    await finish(stepTask(context, task, options));
  });

  const pause = program
    .command('pause')
    .description('let the stages of a task at work end, and start no others; whichever process has it')
    .argument('<task>', 'id of the task');
  addProjectOption(pause)
    .addOption(new Option('--json', 'print the task as JSON'))
    .action(async (task: string, options: PauseOptions) => {
      const { pause: pauseTask } = await import('../commands/pause.ts');
      await finish(pauseTask(context, task, options));
    });

  const cancel = program
    .command('cancel')
    .description('end a task and stop what is at work for it, whichever process has it')
    .argument('<task>', 'id of the task');
  addProjectOption(cancel)
    .addOption(new Option('--json', 'print the whole result as JSON'))
    .action(async (task: string, options: CancelOptions) => {
      const { cancel: cancelTask } = await import('../commands/cancel.ts');
      await finish(cancelTask(context, task, options));
    });
}

function addAnswerCommand(program: Command, context: CliContext, finish: Finish): void {
  const values = ['approve', 'reject', 'edit'];
  const answer = program
    .command('answer')
    .description('answer the question of a task that waits, and go on; without an answer, show what is asked')
    .argument('<task>', 'id of the task')
    .argument('[value...]', 'the answer: JSON, or a text')
    .addOption(new Option('--approve', 'approve what is shown').conflicts(['reject', 'edit']))
    .addOption(new Option('--reject', 'reject it').conflicts(['approve', 'edit']))
    .addOption(new Option('--edit', 'take the value in its place').conflicts(['approve', 'reject']))
    .addOption(new Option('--allow', 'let the tool run that is asked about').conflicts([...values, 'deny']))
    .addOption(new Option('--deny', 'do not let it run').conflicts([...values, 'allow']))
    .addOption(
      new Option('--remember <reach>', 'what --allow or --deny holds for besides').choices(['once', 'task', 'project']),
    )
    .addOption(new Option('--comment <text>', 'say why'))
    .addOption(new Option('--stage <stage>', 'the stage that asks, where there are several questions'))
    .addOption(new Option('--question <id>', 'the question, where a stage asks several'));
  addProgressOptions(addProjectOption(answer)).action(
    async (task: string, words: readonly string[], options: AnswerCommandOptions) => {
      const { answer: answerTask } = await import('../commands/answer.ts');
      await finish(answerTask(context, { taskId: task, words }, options));
    },
  );
}

function addPruneCommand(tasks: Command, context: CliContext, finish: Finish): void {
  const prune = tasks
    .command('prune')
    .description('remove tasks that are over; without an age and a status, those that engine.retention does not keep');
  addProjectOption(prune)
    .addOption(new Option('--older-than <age>', 'only those that did not change for so long, for example 30d'))
    .addOption(
      new Option('-s, --status <status>', 'only those with a status (repeatable)')
        .choices(statuses)
        .argParser(collectStatus),
    )
    .addOption(new Option('--dry-run', 'remove nothing, and count the tasks that would go'))
    .addOption(new Option('--json', 'print the counts as JSON'))
    .action(async (_: PruneCommandOptions, command: Command) => {
      const { prune: pruneTasks } = await import('../commands/prune.ts');
      // Options that "tasks" has, too, are taken by that wherever they stand.
      await finish(pruneTasks(context, command.optsWithGlobals<PruneCommandOptions>()));
    });
}

function addUndoCommand(program: Command, context: CliContext, finish: Finish): void {
  const undo = program
    .command('undo')
    .description('put files back as they were before a task changed them; all of them or none')
    .argument('<task>', 'id of the task');
  addProjectOption(undo)
    .addOption(new Option('--dry-run', 'change nothing, and say what would be done and what stands in the way'))
    .addOption(new Option('--force', 'write over what others changed, and leave alone what cannot be restored'))
    .addOption(new Option('--json', 'print it as JSON'))
    .action(async (task: string, options: UndoCommandOptions) => {
      const { undo: undoTask } = await import('../commands/undo.ts');
      await finish(undoTask(context, task, options));
    });
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Give a whole number above 0.');
}

function collectStatus(value: string, before?: readonly string[]): readonly string[] {
  if (!statuses.includes(value)) {
    throw new InvalidArgumentError(`Allowed choices are ${statuses.join(', ')}.`);
  }
  return collect(value, before);
}
