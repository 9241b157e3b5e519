import type { Argument, Command, Option } from 'commander';

/** What stands for a word and what it means. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** What only a look at the disk can tell; of `directory` and `file` the shell itself knows most. */
export type Source = 'directory' | 'file' | 'kind' | 'pipeline' | 'stage' | 'task' | 'template';

/** What can come at the end of a line. */
export interface Wanted {
  /** The beginning of the last word that stays as it is: `--format=`. */
  readonly prefix: string;
  /** What the last word, after the prefix, begins with. */
  readonly begun: string;
  readonly candidates: readonly Candidate[];
  readonly source?: Source;
  /** The command the line is about, from the program: `memory list`. */
  readonly command: string;
  /** The project that the line names so far. */
  readonly project?: string;
}

const sourcesByPlaceholder: Readonly<Partial<Record<string, Source>>> = {
  dir: 'directory',
  file: 'file',
  path: 'file',
  paths: 'file',
  kind: 'kind',
  stage: 'stage',
  task: 'task',
};

const sourcesByOption: Readonly<Partial<Record<string, Source>>> = {
  '--break': 'stage', // of edges shells would take the ">" for one of theirs
  '--from': 'stage',
  '--pipeline': 'pipeline',
  '--task': 'task',
  '--template': 'template',
};

/** Reads a line as far as it is written; the last word, which may be empty, is the one to complete. */
export function wantedAt(program: Command, words: readonly string[]): Wanted {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  const line = readLine(program, before);
  const common = { command: nameOf(line.command), ...(line.project !== undefined && { project: line.project }) };
  if (line.waiting !== undefined) return { ...common, ...valuesOf(line.waiting), prefix: '', begun: last };
  const [name = '', ...rest] = last.split('=');
  const assigned = last.startsWith('--') && rest.length > 0 && !line.isOver ? optionOf(line.command, name) : undefined;
  if (assigned !== undefined) return { ...common, ...valuesOf(assigned), prefix: `${name}=`, begun: rest.join('=') };
  if (last.startsWith('-') && !line.isOver) {
    return { ...common, prefix: '', begun: last, candidates: optionsOf(line.command, line.given) };
  }
  return { ...common, prefix: '', begun: last, ...wordsOf(line) };
}

interface Line {
  readonly command: Command;
  /** How many arguments stand there. */
  readonly count: number;
  readonly given: ReadonlySet<Option>;
  /** The option whose value comes next. */
  readonly waiting?: Option;
  /** Whether "--" came: all after it are arguments. */
  readonly isOver: boolean;
  readonly project?: string;
}

function readLine(program: Command, words: readonly string[]): Line {
  let line: Line = { command: program, count: 0, given: new Set(), isOver: false };
  for (const word of words) line = withWord(line, word);
  return line;
}

function withWord(line: Line, word: string): Line {
  const { waiting, ...rest } = line;
  if (waiting !== undefined) return waiting.long === '--project' ? { ...rest, project: word } : rest;
  if (line.isOver) return { ...line, count: line.count + 1 };
  if (word === '--') return { ...line, isOver: true };
  return word.startsWith('-') && word !== '-' ? withOption(line, word) : withName(line, word);
}

function withName(line: Line, word: string): Line {
  if (line.count > 0) return { ...line, count: line.count + 1 };
  const command = line.command.commands.find((each) => each.name() === word);
  if (command !== undefined) return { ...line, command };
  if (word === 'help') return line; // a command comes after it
  return { ...line, count: 1, ...(sourceOf(argumentAt(line)) === 'directory' && { project: word }) };
}

function withOption(line: Line, word: string): Line {
  const [name = '', ...rest] = word.split('=');
  const option = optionOf(line.command, name);
  if (option === undefined) return line;
  const given = new Set([...line.given, option]);
  const value = rest.join('=');
  if (option.required && rest.length === 0) return { ...line, given, waiting: option };
  return { ...line, given, ...(option.long === '--project' && { project: value }) };
}

/** Options of the program stand at any command of it. */
function optionOf(command: Command, name: string): Option | undefined {
  return allOptions(command).find(({ long, short }) => name === long || name === short);
}

function allOptions(command: Command): readonly Option[] {
  const own = command.createHelp().visibleOptions(command);
  return command.parent === null ? own : [...own, ...command.parent.options.filter(({ long }) => long === '--debug')];
}

/** What may come more than once has a parser that collects. */
function optionsOf(command: Command, given: ReadonlySet<Option>): readonly Candidate[] {
  return allOptions(command)
    .filter((option) => !given.has(option) || option.parseArg !== undefined)
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', about: description }));
}

function valuesOf(option: Option): Pick<Wanted, 'candidates' | 'source'> {
  const source = sourcesByOption[option.long ?? ''] ?? sourcesByPlaceholder[placeholderOf(option)];
  const candidates = (option.argChoices ?? []).map((value) => ({ value, about: '' }));
  // A kind of manifest is another thing than a kind of memory.
  return { candidates, ...(source !== undefined && source !== 'kind' && { source }) };
}

function placeholderOf({ flags }: Option): string {
  return /[<[](?<name>\w+)/u.exec(flags)?.groups?.['name'] ?? '';
}

function wordsOf(line: Line): Pick<Wanted, 'candidates' | 'source'> {
  const { command, count } = line;
  const commands = command.commands.length === 0 ? [] : command.createHelp().visibleCommands(command);
  if (commands.length > 0 && count === 0) {
    return { candidates: commands.map((each) => ({ value: each.name(), about: each.description() })) };
  }
  const argument = argumentAt(line);
  const source = sourceOf(argument);
  const candidates = (argument?.argChoices ?? []).map((value) => ({ value, about: '' }));
  return { candidates, ...(source !== undefined && { source }) };
}

function argumentAt({ command, count }: Line): Argument | undefined {
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  return registeredArguments[count] ?? (last?.variadic === true ? last : undefined);
}

function sourceOf(argument: Argument | undefined): Source | undefined {
  return sourcesByPlaceholder[argument?.name() ?? ''];
}

function nameOf(command: Command): string {
  return command.parent === null
    ? ''
    : [nameOf(command.parent), command.name()].filter((name) => name !== '').join(' ');
}
