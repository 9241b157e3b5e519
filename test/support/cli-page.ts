import type { Command, Option } from 'commander';
import { processContext } from '../../src/cli/context.ts';
import { helpExamples, helpNotes } from '../../src/cli/help-examples.ts';
import { commandsBelow, exampleLine, type NamedCommand } from '../../src/cli/help.ts';
import { createProgram } from '../../src/cli/program.ts';

const beginning = `# The command line

Made from the commands themselves by \`npm run cli-docs\`; a test holds it true.

Standard output has the result alone; everything else goes to standard error. On a terminal a run shows its stages as they go, with
what the agents at work say; elsewhere plain lines. \`NO_COLOR\` and \`FORCE_COLOR\` decide on colours, \`--quiet\` and \`--no-progress\` on how
much is said. Ctrl-C lets the stages at work end, stores the task and prints the command that resumes it; a second one stops at once.

| exit code | means                                                     |
| --------- | --------------------------------------------------------- |
| 0         | success                                                   |
| 1         | the task failed or was cancelled, or manifests are broken |
| 2         | the command line cannot be understood                     |
| 3         | the task is paused, or waits for an answer                |
| 4         | the task came to a part of what it was to do              |
| 130       | interrupted                                               |

An error has a code, which [errors.md](errors.md) explains, and says what to do; \`--debug\`, which every command takes, adds the stacks.
With \`--json\` the error is on standard output, too, as \`{ "error": { "code", "message", "hint" } }\`.
`;

export const program = createProgram(processContext(), async () => undefined);
export const commands = commandsBelow(program);

/** docs/cli.md as it has to be. */
export function cliPage(): string {
  const sections = commands.map(sectionOf);
  const list = commands.map(({ path, command }) => `- [\`${path}\`](#${anchorOf(path)}): ${command.description()}`);
  return [beginning, `## Commands\n\n${list.join('\n')}\n`, ...sections].join('\n');
}

function sectionOf({ path, command }: NamedCommand): string {
  const examples = (helpExamples[path] ?? []).map(exampleLine);
  const note = helpNotes[path];
  return [
    `## agent-engine ${path}\n`,
    `${sentence(command.description())}\n`,
    `\`\`\`text\n${`agent-engine ${path} ${command.usage()}`.trim()}\n\`\`\`\n`,
    ...itemsOf('argument', argumentRows(command)),
    ...itemsOf('option', optionRows(command)),
    ...(examples.length === 0 ? [] : [`\`\`\`sh\n${examples.join('\n')}\n\`\`\`\n`]),
    ...(note === undefined ? [] : [`\`\`\`text\n${note}\n\`\`\`\n`]),
  ].join('\n');
}

type Row = readonly [name: string, text: string];

function argumentRows({ registeredArguments }: Command): readonly Row[] {
  return registeredArguments.map((argument) => [
    argument.name(),
    `${argument.description}${choicesText(argument.argChoices, argument.description)}${argument.required ? ' (required)' : ''}`,
  ]);
}

function optionRows(command: Command): readonly Row[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .map((option) => [
      option.flags,
      `${option.description}${choicesText(option.argChoices, option.description)}${defaultText(option)}`,
    ]);
}

function choicesText(choices: readonly string[] | undefined, description: string): string {
  if (choices === undefined || choices.every((choice) => description.includes(`"${choice}"`))) return '';
  return `: ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
}

function defaultText({ defaultValue, negate }: Option): string {
  return typeof defaultValue === 'string' && !negate ? ` (default: \`${defaultValue}\`)` : '';
}

function itemsOf(kind: string, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  const lines = rows.map(([name, text]) => `| \`${name}\` | ${text.replaceAll('|', '\\|')} |`);
  return [`| ${kind} | |\n| --- | --- |\n${lines.join('\n')}\n`];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function anchorOf(path: string): string {
  return `agent-engine-${path.replaceAll(' ', '-')}`;
}
