import type { Problem } from '../../errors/index.ts';
import {
  matchesCommand,
  readCommandPattern,
  splitCommandWords,
  takesOutsideValue,
  type CommandPattern,
  type DeclaredToolSpec,
} from '../../manifest/index.ts';
import { normalisePath } from '../read/index.ts';
import { quote } from '../report/index.ts';
import { isInside, mayBeInside, permittedBy, permittedInWords, type Permitted } from './permitted.ts';
import type { ProjectView } from './project-view.ts';

type CommandTool = Extract<DeclaredToolSpec, { type: 'command.run' }>;

interface Commands extends Permitted {
  /** Those that can be read; undefined when one cannot, since it may be the one that permits. */
  readonly patterns: readonly CommandPattern[] | undefined;
}

interface Subject {
  readonly view: ProjectView;
  readonly name: string;
  readonly tool: CommandTool;
  readonly permitted: Commands;
}

/** Commands can be run without a shell, and the engine permits them and where they run. */
export function checkCommandTools(view: ProjectView): Problem[] {
  const permitted = permittedBy(view);
  if (permitted === undefined) return [];
  const read = permitted.commands.map(readCommandPattern);
  const broken = read.flatMap((pattern, index): Problem[] =>
    pattern.ok ? [] : [brokenPattern(view, { index, line: permitted.commands[index] ?? '', reason: pattern.reason })],
  );
  const patterns = broken.length > 0 ? undefined : read.flatMap((pattern) => (pattern.ok ? [pattern.pattern] : []));
  const commands = { ...permitted, patterns };
  const problems = Object.entries(view.manifests.tools?.tools ?? {}).flatMap(([name, tool]) => {
    if (tool.type !== 'command.run') return [];
    const subject = { view, name, tool, permitted: commands };
    return commandProblems(subject).concat(directoryProblems(subject));
  });
  return [...broken, ...problems];
}

function brokenPattern(
  view: ProjectView,
  { index, line, reason }: { readonly index: number; readonly line: string; readonly reason: string },
): Problem {
  return view.problem('engine', {
    code: 'MANIFEST_VALUE_INVALID',
    message: `The permitted command ${quote(line)} cannot be used: ${reason}.`,
    hint: 'Write a program and its arguments; " *" at the end stands for any rest.',
    path: ['engine', 'permissions', 'commands', 'allow', index],
  });
}

function commandProblems({ view, name, tool, permitted }: Subject): Problem[] {
  const split = splitCommandWords(tool.command);
  const problem = (code: 'MANIFEST_VALUE_INVALID' | 'MANIFEST_PERMISSION_EXCEEDED', message: string, hint: string) => [
    view.problem('tools', { code, message, hint, path: ['tools', name, 'command'] }),
  ];
  if (!split.ok) {
    const message = `The command ${quote(tool.command)} cannot be run: ${split.reason}.`;
    return problem('MANIFEST_VALUE_INVALID', message, 'Write a program and its arguments.');
  }
  const [operator] = split.shellOperators;
  if (operator !== undefined && tool.shell !== true) {
    const message = `The command of the tool ${quote(name)} holds ${quote(operator)}, but commands run without a shell.`;
    return problem(
      'MANIFEST_VALUE_INVALID',
      message,
      `Put the command line into a script and make that the command, put ${quote(operator)} in quotes, or set "shell: true".`,
    );
  }
  if (tool.shell === true && takesOutsideValue(tool.command)) {
    const message = `The tool ${quote(name)} puts a value of the environment into the text that a shell reads.`;
    return problem('MANIFEST_VALUE_INVALID', message, 'List the variable in "environment", and write "$NAME".');
  }
  const { patterns, commands } = permitted;
  // In a shell, words behind a permitted beginning could be another command.
  const named = tool.shell === true ? split.words.length : 0;
  const permits = (pattern: CommandPattern): boolean =>
    pattern.words.length >= named && matchesCommand(split.words, pattern, maybeSame);
  if (patterns?.some(permits) ?? true) return [];
  const message = `The tool ${quote(name)} wants to run ${quote(tool.command)}, and the engine permits ${permittedInWords(commands)}.`;
  return problem(
    'MANIFEST_PERMISSION_EXCEEDED',
    message,
    tool.shell === true
      ? 'Add the whole command to permissions.commands.allow of engine.yaml: with "shell: true" a pattern has to name all of its words.'
      : 'Add the command to permissions.commands.allow of engine.yaml.',
  );
}

function maybeSame(word: string, permitted: string): boolean {
  return word === permitted || takesOutsideValue(word) || takesOutsideValue(permitted);
}

/** A command runs in the project directory, or in a directory that may be read or written. */
function directoryProblems({ view, name, tool, permitted }: Subject): Problem[] {
  const directory = tool.working_dir ?? '.';
  const roots = [...permitted.read, ...permitted.write];
  const path = ['tools', name, 'working_dir'];
  const code = 'MANIFEST_PERMISSION_EXCEEDED';
  if (normalisePath(directory) !== '.' && !mayBeInside(directory, roots)) {
    const message = `The tool ${quote(name)} wants to work in ${quote(directory)}, and the engine permits ${permittedInWords(roots)}.`;
    const hint = 'Add the directory to permissions.filesystem of engine.yaml, or choose one inside of it.';
    return [view.problem('tools', { code, message, hint, path })];
  }
  if (!isInside(directory, [permitted.stateDirectory])) return [];
  const message = `The tool ${quote(name)} wants to work in ${quote(directory)}, where the engine keeps its state.`;
  return [view.problem('tools', { code, message, hint: 'Choose another directory.', path })];
}
