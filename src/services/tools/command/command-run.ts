import { z } from 'zod';
import type { Failure } from '../../../errors/index.ts';
import {
  builtInAdapter,
  type CallContext,
  type ToolAdapter,
  type ToolEnvironment,
  type ToolSpecs,
} from '../adapter.ts';
import { notFound, outputLimit, quote, toolFailed } from '../failures.ts';
import type { ToolOutcome } from '../port.ts';
import { describeSystemError, systemErrorCode } from '../system-error.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { createCommandLines, type CommandLine } from './command-line.ts';
import { lockUp, requireSandbox } from './locked-command.ts';
import { runProcess, type ProcessResult } from './run-process.ts';
import { findWorkingDirectory } from './working-directory.ts';

const Argument = z
  .string()
  .max(65_536)
  .refine((word) => !word.includes('\0'), 'a word holds no NUL character');

const Input = z.strictObject({
  args: z
    .array(Argument)
    .max(1_000)
    .optional()
    .meta({
      description: 'Further words of the command line, if the permissions allow them.',
      examples: [['--verbose']],
    }),
});

const Output = z.strictObject({ exit_code: z.int(), stdout: z.string(), stderr: z.string() });

type CommandSpec = ToolSpecs['command.run'];

/** Throws SECURITY_SANDBOX_MISSING where the command needs a sandbox and there is none. */
export async function createCommandTool(spec: CommandSpec, environment: ToolEnvironment): Promise<ToolAdapter> {
  const lines = createCommandLines(spec, environment);
  await requireSandbox(spec, environment.name);
  return builtInAdapter({
    name: environment.name,
    description: spec.description ?? `Runs ${spec.command}.`,
    capabilities: ['shell'],
    input: Input,
    output: Output,
    run: async ({ args }, context) => await runCommand(lines.permitted(args, context), { spec, environment, context }),
    preview: async ({ args }, context) => {
      const { shown } = lines.permitted(args, context);
      await findWorkingDirectory(spec.working_dir, environment, context.policy);
      return { not_run: 'dry_run', would_run: shown, working_dir: spec.working_dir ?? '.' };
    },
  });
}

interface Run {
  readonly spec: CommandSpec;
  readonly environment: ToolEnvironment;
  readonly context: CallContext;
}

async function runCommand({ argv, shown }: CommandLine, { spec, environment, context }: Run): Promise<ToolOutcome> {
  const [program = '', ...words] = argv;
  const workingDirectory = await findWorkingDirectory(spec.working_dir, environment, context.policy);
  const order = {
    program,
    words,
    workingDirectory,
    environment: cleanEnvironment(spec.environment ?? [], process.env),
    maxOutputBytes: environment.maxOutputBytes,
  };
  try {
    const locked = await lockUp(order, { spec, environment, policy: context.policy });
    return toOutcome(redacted(await runProcess(locked, context.signal), environment), environment);
  } catch (error) {
    return { ok: false, failure: startFailure(error, shown[0] ?? '', environment.name) };
  }
}

function redacted(result: ProcessResult, { values }: ToolEnvironment): ProcessResult {
  const redact = result.isOverLimit ? values.redactCut : values.redact;
  return { ...result, stdout: redact(result.stdout), stderr: redact(result.stderr) };
}

function toOutcome(result: ProcessResult, { name, maxOutputBytes }: ToolEnvironment): ToolOutcome {
  const { exitCode, stdout, stderr } = result;
  if (result.isOverLimit) {
    const failure = outputLimit(name, maxOutputBytes, 'What the command printed, as output');
    return { ok: false, failure: { ...failure, details: { ...failure.details, ...tails(result) } } };
  }
  if (result.hasTooMany) {
    const message = `The command of tool "${name}" was ended: it had more processes than it may.`;
    const hint = `Raise tools.${name}.max_processes, or start fewer.`;
    return { ok: false, failure: { code: 'tool.exit_code', message, hint, details: { ...tails(result) } } };
  }
  if (exitCode === 0) return { ok: true, output: { exit_code: exitCode, stdout, stderr } };
  const ending = result.signal === null ? `with exit code ${exitCode}` : `by the signal ${result.signal}`;
  const details = {
    exit_code: exitCode,
    ...(result.signal === null ? {} : { signal: result.signal }),
    ...tails(result),
  };
  const message = `The command of tool "${name}" ended ${ending}.`;
  return { ok: false, failure: { code: 'tool.exit_code', message, hint: 'Read stderr in the details.', details } };
}

const tailCharacters = 4_000;

function tails({ stdout, stderr }: ProcessResult): { stdout: string; stderr: string } {
  return { stdout: tail(stdout), stderr: tail(stderr) };
}

/** The end of a text, not beginning with the second half of a character. */
function tail(text: string): string {
  return text.slice(-tailCharacters).replace(/^[\uDC00-\uDFFF]/u, '');
}

function startFailure(error: unknown, program: string, tool: string): Failure {
  const start = `Tool "${tool}" could not start ${quote(program)}`;
  const code = systemErrorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const hint = `Install it, or correct tools.${tool}.command; it is looked for in PATH.`;
    return notFound(`${start}: no such program was found.`, hint);
  }
  return toolFailed(`${start}: ${describeSystemError(error)}.`, 'Make sure that it is an executable file.');
}
