import { Help, type Command } from 'commander';
import { helpExamples, helpNotes } from './help-examples.ts';

/** Headings of the commands of the program, in this order; what is in none comes last. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'Write and run workflows:': ['init', 'validate', 'run', 'diagram', 'paths', 'eval'],
  'Go on with a task:': ['resume', 'answer', 'step', 'pause', 'cancel', 'undo', 'fork', 'replay'],
  'Look at tasks:': ['tasks', 'show', 'context', 'logs'],
  'Keep house:': ['memory', 'consent', 'audit', 'schema', 'doctor', 'completion', 'help'],
};

/** Puts the commands under headings, and gives each its examples. */
export function completeHelp(program: Command): void {
  for (const [heading, names] of Object.entries(groups)) {
    for (const command of program.commands) if (names.includes(command.name())) command.helpGroup(heading);
  }
  for (const { path, command } of commandsBelow(program)) {
    const text = helpAfter(path);
    if (text !== '') command.addHelpText('after', text);
  }
}

export interface NamedCommand {
  /** From the program: `memory list`. */
  readonly path: string;
  readonly command: Command;
}

/** All commands that help shows, each after the one it is in. */
export function commandsBelow(parent: Command, before = ''): readonly NamedCommand[] {
  const shown = new Set(parent.createHelp().visibleCommands(parent));
  const found: NamedCommand[] = [];
  for (const command of parent.commands) {
    if (!shown.has(command)) continue;
    const path = `${before}${command.name()}`;
    found.push({ path, command }, ...commandsBelow(command, `${path} `));
  }
  return found;
}

function helpAfter(path: string): string {
  const examples = (helpExamples[path] ?? []).map((example) => `  $ ${exampleLine(example)}`);
  const note = helpNotes[path];
  return [
    ...(examples.length === 0 ? [] : ['', 'Examples:', ...examples]),
    ...(note === undefined ? [] : ['', note]),
  ].join('\n');
}

/** An example may pipe something in, and names the program by itself then. */
export function exampleLine(example: string): string {
  return example.includes('agent-engine ') ? example : `agent-engine ${example}`;
}

/** Below this there is no room for two columns. */
const leastForColumns = 50;
const indent = 6;

/** What stands beside an option or a command; on a narrow terminal below it. */
export function formatItem(...[term, termWidth, description, help]: Parameters<Help['formatItem']>): string {
  const width = help.helpWidth ?? 80;
  if (width >= leastForColumns || description === '') {
    return new Help().formatItem.call(help, term, termWidth, description, help);
  }
  const text = help.boxWrap(description, Math.max(1, width - indent)).replaceAll('\n', `\n${' '.repeat(indent)}`);
  return `  ${term}\n${' '.repeat(indent)}${text}`;
}

/** `help x` of a command that is not there is taken for `x`, which says so and names the nearest. */
export function withKnownTopic(program: Command, words: readonly string[]): readonly string[] {
  const at = words.indexOf('help');
  let command: Command | undefined = program;
  for (const word of words.slice(0, Math.max(at, 0))) command = command?.commands.find((each) => each.name() === word);
  const topic = words[at + 1];
  if (at === -1 || command === undefined || command.commands.length === 0 || topic === undefined) return words;
  const isKnown = topic === 'help' || command.commands.some((each) => each.name() === topic);
  return isKnown ? words : [...words.slice(0, at), topic];
}
