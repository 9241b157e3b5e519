import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { addAuditCommand } from './verbs/audit-command.ts';
import { addCompletionCommands } from './verbs/completion-command.ts';
import type { CliContext } from './context.ts';
import { addEvalCommand } from './verbs/eval-command.ts';
import { addDoctorCommand } from './verbs/doctor-command.ts';
import { completeHelp, formatItem, withKnownTopic } from './help.ts';
import { addInitCommand } from './verbs/init-command.ts';
import { addLogsCommand } from './verbs/logs-command.ts';
import { exitCodes } from './exit-codes.ts';
import { addMemoryCommands } from './verbs/memory-commands.ts';
import type { Finish } from './input/shared-options.ts';
import { addSchemaCommand } from './verbs/schema-command.ts';
import { addTaskCommands } from './verbs/task-commands.ts';
import { addWorkflowCommands } from './verbs/workflow-commands.ts';

const examples = `
Examples:
  $ agent-engine init my-workflow --template tools
  $ agent-engine validate my-workflow
  $ agent-engine run my-workflow "What is this about?"
  $ agent-engine resume 20260101-abcdefgh

Exit codes: 0 success, 1 failed task or validation, 2 usage, 3 paused, 4 partial, 130 interrupted.`;

/** Reads the command line and does what it says; answers the exit code. Loads no engine before a command needs it. */
export async function runProgram(words: readonly string[], context: CliContext): Promise<number> {
  let exitCode: number = exitCodes.success;
  const program = createProgram(context, async (result) => {
    exitCode = await result;
  });
  if (words.filter((word) => word !== '--debug').length === 0) {
    context.stderr.write(program.helpInformation());
    return exitCodes.usage;
  }
  try {
    await program.parseAsync([...withKnownTopic(program, words)], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && isHelp(error))
      return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
    throw error;
  }
  return exitCode;
}

/** Help or the version was printed; commander leaves by an error then. */
function isHelp({ code }: CommanderError): boolean {
  return code.startsWith('commander.help') || code === 'commander.version';
}

/** The program with all its commands; `finish` takes what the one that runs comes to. */
export function createProgram(context: CliContext, finish: Finish): Command {
  const program = new Command('agent-engine')
    .description('Runs multi-agent workflows that are written down as YAML or JSON manifests.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .addOption(new Option('--debug', 'print the stack of an error and of its causes'))
    .addHelpText('after', examples)
    .exitOverride()
    .configureHelp({ formatItem, minWidthToWrap: 10 })
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: () => undefined, // reported once, where all errors are
      getOutHelpWidth: () => Math.min(context.stdout.columns(), 120),
      getErrHelpWidth: () => Math.min(context.stderr.columns(), 120),
      getOutHasColors: () => context.stdout.colors.isColorSupported,
      getErrHasColors: () => context.stderr.colors.isColorSupported,
    });
  addInitCommand(program, context, finish);
  addWorkflowCommands(program, context, finish);
  addEvalCommand(program, context, finish);
  addTaskCommands(program, context, finish);
  addMemoryCommands(program, context, finish);
  addLogsCommand(program, context, finish);
  addAuditCommand(program, context, finish);
  addSchemaCommand(program, context, finish);
  addDoctorCommand(program, context, finish);
  addCompletionCommands(program, context, finish);
  program.addHelpCommand(createHelpCommand());
  completeHelp(program);
  return program;
}

function createHelpCommand(): Command {
  return new Command('help')
    .argument('[command]')
    .description('show the help of a command')
    .helpOption(false)
    .helpGroup('Keep house:');
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
