import { EngineError } from '../../errors/index.ts';
import { matchesCommand, readCommandPattern, type CommandPattern } from '../../manifest/index.ts';
import { refusal, type LevelPlace, type PermissionKind } from './permission-kind.ts';

export interface CommandRequest {
  readonly kind: 'command';
  readonly argv: readonly string[];
  /** How many words a pattern has to name itself, so that " *" stands for none of them. Default: 0. */
  readonly named?: number;
}

/** Command lines that one level permits. */
export interface CommandRules {
  readonly rule: string;
  readonly patterns: readonly PermittedCommand[];
  /** Why any other is refused. */
  readonly otherwise: string;
  readonly hint: string;
}

interface PermittedCommand extends CommandPattern {
  /** As the manifest writes it. */
  readonly declared: string;
}

export const commandKind: PermissionKind<CommandRequest, CommandRules> = {
  async resolve({ commands }, level) {
    const declared = commands?.allow ?? (level.isClosed ? [] : undefined);
    if (declared === undefined) return await Promise.resolve(undefined);
    return {
      rule: `${level.place}.commands.allow`,
      patterns: declared.map((line) => permittedCommand(line, level)),
      otherwise: otherwiseOf(declared),
      hint: `Add the command to ${level.written}.commands.allow; " *" at its end stands for any rest.`,
    };
  },

  refusedAlways: () => undefined,

  judge({ argv, named = 0 }, { rule, patterns, otherwise, hint }) {
    const pattern = patterns.find((candidate) => candidate.words.length >= named && matchesCommand(argv, candidate));
    if (pattern === undefined) return refusal(rule, otherwise, hint);
    return { allowed: true, rule, reason: `"${pattern.declared}" allows it` };
  },
};

function otherwiseOf(declared: readonly string[]): string {
  if (declared.length === 0) return 'no command is permitted';
  return `only ${declared.map((line) => `"${line}"`).join(', ')} may be run`;
}

function permittedCommand(declared: string, { resolve, written }: LevelPlace): PermittedCommand {
  const read = readCommandPattern(declared);
  if (!read.ok) {
    const message = `The permitted command "${declared}" cannot be used: ${read.reason}.`;
    throw new EngineError('MANIFEST_VALUE_INVALID', message, { hint: `Correct it in ${written}.commands.allow.` });
  }
  // Word by word, so that a value with blanks or quotes stays one word.
  return { declared, anyRest: read.pattern.anyRest, words: read.pattern.words.map(resolve) };
}
