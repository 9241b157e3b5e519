import { EngineError } from '../../../errors/index.ts';
import { splitCommandWords, takesOutsideValue } from '../../../manifest/index.ts';
import { checkPermission } from '../../security/index.ts';
import type { CallContext, ToolEnvironment, ToolSpecs } from '../adapter.ts';
import { denied, fail, quote } from '../failures.ts';

type CommandSpec = ToolSpecs['command.run'];

export interface CommandLine {
  /** With `${env:NAME}` as it is declared, for everything that is written down. */
  readonly shown: readonly string[];
  readonly argv: readonly string[];
}

/** Makes the command line of a call. What comes with the call is never looked up in the environment. */
export interface CommandLines {
  /** Throws the denial of a line that is not permitted. */
  permitted(further: readonly string[] | undefined, context: CallContext): CommandLine;
}

/** Throws MANIFEST_VALUE_INVALID for a command that cannot be run. */
export function createCommandLines(spec: CommandSpec, { name, values }: ToolEnvironment): CommandLines {
  const declared = declaredWords(spec, name);
  const words = declared.map(values.resolve);
  return {
    permitted(further = [], context) {
      const asked = { shown: [...declared, ...further], argv: [...words, ...further] };
      // In a shell, words behind a permitted beginning could be another command.
      requirePermission(asked, { name, context, named: spec.shell === true ? words.length : 0 });
      if (spec.shell !== true) return asked;
      return { shown: asked.shown, argv: ['/bin/sh', '-c', spec.command, 'sh', ...further] };
    },
  };
}

function declaredWords({ command, shell }: CommandSpec, tool: string): readonly string[] {
  const split = splitCommandWords(command);
  const invalid = (problem: string, hint: string): EngineError =>
    new EngineError('MANIFEST_VALUE_INVALID', `The command of tool "${tool}" ${problem}.`, { hint });
  const place = `tools.${tool}.command`;
  if (!split.ok) throw invalid(`cannot be used: ${split.reason}`, `Correct ${place}.`);
  if (shell === true) {
    if (!takesOutsideValue(command)) return split.words;
    const problem = 'puts a value of the environment into the text that a shell reads';
    throw invalid(problem, `List the variable in tools.${tool}.environment, and write "$NAME" in the command.`);
  }
  const [operator] = split.shellOperators;
  if (operator === undefined) return split.words;
  throw invalid(
    `holds "${operator}", but commands run without a shell`,
    `Put the command line into a script and name that in ${place}, quote "${operator}", or set "shell: true".`,
  );
}

interface Asked {
  readonly name: string;
  readonly context: CallContext;
  readonly named: number;
}

function requirePermission({ argv, shown }: CommandLine, { name, context, named }: Asked): void {
  const decision = checkPermission({ kind: 'command', argv, named }, context.policy);
  if (decision.allowed) {
    context.checked(decision);
    return;
  }
  const message = `Tool "${name}" may not run ${quote(shown.join(' '))}: ${decision.reason} (rule ${decision.rule}).`;
  fail(denied(message, decision, decision.hint));
}
