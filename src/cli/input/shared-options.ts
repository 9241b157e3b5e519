import { Option, type Command } from 'commander';

/** Keeps what a command came to; commander itself has no place for it. */
export type Finish = (exitCode: Promise<number>) => Promise<void>;

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Options of the commands that carry a task on. */
export function addProgressOptions(command: Command): Command {
  return command
    .addOption(new Option('--json', 'print the whole result as JSON').conflicts('events'))
    .addOption(new Option('--events', 'print everything that happens as JSON, one event a line, instead of the result'))
    .addOption(
      new Option(
        '--payloads <which>',
        'with --events: "full" adds what models and tools are given and say (default: "metadata")',
      ).choices(['metadata', 'full']),
    )
    .addOption(
      new Option('--stream', 'print to stderr what agents say as they say it, each line with its stage').conflicts(
        'quiet',
      ),
    )
    .addOption(new Option('-q, --quiet', 'print nothing but the result, errors, and what plugins and sinks fail at'))
    .addOption(new Option('--no-progress', 'do not print how the stages go'));
}

/** `before` is false after --no-break. */
export function collectBreakpoint(value: string, before: readonly string[] | false = []): readonly string[] {
  return [...(before === false ? [] : before), value];
}

export function addProjectOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--project <dir>',
      'project the task belongs to (default: the current directory, or the one that knows it)',
    ),
  );
}

/** Of commands that name their project first. It may as well be named as other commands do. */
export interface DirectoryOptions {
  readonly project?: string;
}

export function addDirectory(command: Command): Command {
  return command
    .argument('[dir]', 'directory that holds workflow.yaml')
    .addOption(new Option('--project <dir>', 'the same directory, as other commands name it'));
}

/** The directory that is named, once. */
export function directoryOf(command: Command, named: string | undefined, { project }: DirectoryOptions): string {
  if (named !== undefined && project !== undefined) {
    return command.error("error: the directory is named twice\n(Leave out --project, or the argument 'dir'.)");
  }
  const directory = project ?? named;
  if (directory !== undefined) return directory;
  return command.error("error: missing required argument 'dir'", { code: 'commander.missingArgument' });
}
