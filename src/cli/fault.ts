import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { safeText } from './text/safe-text.ts';
import { asCalled } from './text/shell-words.ts';

/** What went wrong, as it is told to the person at the terminal. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly exitCode: number;
}

/** What is wrong is a word that was typed. */
const usageCodes: ReadonlySet<string> = new Set([
  'HOST_USAGE',
  'TASK_BREAKPOINT_UNKNOWN',
  'TASK_MODE_UNKNOWN',
  'TASK_OVERRIDE_INVALID',
  'TASK_SEQ_UNKNOWN',
]);

/** Told apart by shape, so that nothing of the engine has to be loaded to report a mistyped option. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return unexpected(String(error));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error.name === 'EngineError') {
    const hint = 'hint' in error && typeof error.hint === 'string' ? { hint: error.hint } : {};
    const exitCode = usageCodes.has(code) ? exitCodes.usage : exitCodes.failure;
    return { code, message: error.message, exitCode, ...hint };
  }
  if (code.startsWith('commander.')) return usageFault(error.message, hints[code]);
  return unexpected(error.message);
}

function unexpected(reason: string): Fault {
  return {
    code: 'ENGINE_BUG',
    message: `Something happened that should not: ${reason}`,
    hint: 'Run it again with --debug, and report what it prints.',
    exitCode: exitCodes.failure,
  };
}

/** By what commander calls a fault. */
const hints: Readonly<Partial<Record<string, string>>> = {
  'commander.excessArguments': 'A project is named with --project <dir>; see the arguments with --help.',
};

/** Commander writes `error: unknown option '--foo'` and a suggestion in parentheses below. */
function usageFault(text: string, ownHint = 'See the commands and options with --help.'): Fault {
  const [first = '', suggestion = ''] = text.replace(/^error: /u, '').split('\n');
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replaceAll("'", '"').replace(/\.?$/u, '.');
  const hint = suggestion === '' ? ownHint : suggestion.replaceAll(/^\(|\)$/gu, '');
  return { code: 'HOST_USAGE', message: sentence, hint, exitCode: exitCodes.usage };
}

/** Prints a fault to stderr; with --debug also the stack, and those of all causes. With --json stdout has it as data. */
export function reportFault(context: CliContext, fault: Fault, error: unknown): void {
  const { stdout, stderr, isDebug, awaitsJson, program } = context;
  const { code, message } = fault;
  const hint = fault.hint === undefined ? undefined : asCalled(fault.hint, program);
  if (awaitsJson())
    stdout.write(`${JSON.stringify({ error: { code, message, ...(hint !== undefined && { hint }) } })}\n`);
  const { bold, cyan, dim, red } = stderr.colors;
  const lines = [
    `${red(bold('error'))} ${bold(fault.code)} ${indent(safeText(fault.message))}`,
    ...(hint === undefined ? [] : [`  ${cyan('help:')} ${indent(safeText(hint))}`]),
    dim(`  See docs/errors.md#${fault.code.toLowerCase()}`),
    ...(isDebug ? causesOf(error).map((stack) => dim(safeText(stack))) : []),
  ];
  stderr.write(`${lines.join('\n')}\n`);
}

const mostCauses = 10;

function causesOf(error: unknown): readonly string[] {
  const stacks: string[] = [];
  let cause = error;
  while (cause instanceof Error && stacks.length < mostCauses) {
    stacks.push(`${stacks.length === 0 ? '' : 'caused by '}${cause.stack ?? cause.message}`);
    ({ cause } = cause);
  }
  return stacks;
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
