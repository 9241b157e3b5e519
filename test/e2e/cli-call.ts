import { PassThrough, Readable } from 'node:stream';
import picocolors from 'picocolors';
import { vi } from 'vitest';
import type { CliContext, Output } from '../../src/cli/context.ts';
import { faultOf, reportFault } from '../../src/cli/fault.ts';
import { runProgram } from '../../src/cli/program.ts';
import { programWords } from '../../src/cli/text/shell-words.ts';
import { inherited, program, repository, silentPipe, type CliOptions, type Ended } from './cli-process.ts';

/** What only a process has: a user of its own. */
type CallOptions = Omit<CliOptions, 'uid' | 'gid'>;

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command of the command line program within this process, in a second less than a process takes. It has the
 * directory and the environment to itself, so calls come one after the other, also those that nobody awaits.
 *
 * What only a process shows wants one: signals, pipes, colours, a terminal, which modules are loaded, and what code of a
 * project prints or leaves uncaught.
 */
export function cli(words: readonly string[], options: CallOptions = {}): Promise<Ended> {
  const ended = last.then(() => call(words, options));
  last = ended.catch(() => undefined);
  return ended;
}

async function call(words: readonly string[], options: CallOptions): Promise<Ended> {
  const { environment = inherited, cwd = repository, stdin } = options;
  const stdout = keptPipe();
  const stderr = keptPipe();
  const before = { directory: process.cwd(), environment: process.env };
  const spies = [caught(process.stdout, stdout), caught(process.stderr, stderr)];
  process.chdir(cwd);
  process.env = { ...environment };
  try {
    const code = await codeOf(words, {
      stdout,
      stderr,
      stdin: inputOf(stdin),
      directory: cwd,
      environment,
      program: programWords({ script: program, directory: cwd, environment }),
      isDebug: words.includes('--debug'),
      awaitsJson: () => words.includes('--json') && stdout.text() === '',
      atWork: {},
      onSignal: () => () => undefined,
      now: () => Date.now(),
    });
    return { code, signal: null, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.env = before.environment;
    process.chdir(before.directory);
  }
}

async function codeOf(words: readonly string[], context: CliContext): Promise<number> {
  try {
    return await runProgram(words, context);
  } catch (error) {
    const fault = faultOf(error);
    reportFault(context, fault, error);
    return fault.exitCode;
  }
}

/** What is written to a stream of this process belongs to the command that runs. */
function caught(stream: NodeJS.WriteStream, pipe: Output): { readonly mockRestore: () => unknown } {
  return vi.spyOn(stream, 'write').mockImplementation((text, ...rest) => {
    pipe.write(typeof text === 'string' ? text : new TextDecoder().decode(text));
    const onDone = rest.find((each) => typeof each === 'function');
    onDone?.();
    return true;
  });
}

function inputOf(stdin: CliOptions['stdin']): CliContext['stdin'] {
  if (stdin === silentPipe) return new PassThrough();
  return Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)]);
}

function keptPipe(): Output & { readonly text: () => string } {
  let text = '';
  return {
    write: (more) => void (text += more),
    text: () => text,
    isTerminal: false,
    colors: picocolors.createColors(false),
    columns: () => 80,
    rows: () => 24,
  };
}
