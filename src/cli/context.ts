import type { Readable } from 'node:stream';
import picocolors from 'picocolors';
import type { ProjectCode } from './stray-code.ts';
import { directoryWord, programWords, shellWord } from './text/shell-words.ts';

type Colors = ReturnType<typeof picocolors.createColors>;
type Environment = Readonly<Record<string, string | undefined>>;

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  readonly colors: Colors;
  /** Width of the terminal, as it is now. */
  readonly columns: () => number;
  readonly rows: () => number;
}

/** What a command knows of the world around the process. */
export interface CliContext {
  /** Takes results only. */
  readonly stdout: Output;
  /** Takes everything else. */
  readonly stderr: Output;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly directory: string;
  readonly environment: Environment;
  /** How this program was called. */
  readonly program: string;
  readonly isDebug: boolean;
  /** Whether a program waits for a result on stdout that has none yet: then an error is one, too. */
  readonly awaitsJson: () => boolean;
  /** How to go on with the task at work, while one is: for when the process ends in a way that nobody planned. */
  readonly atWork: {
    resume?: string;
    code?: ProjectCode;
    /** Prints a line to stderr past a display that is there. */
    print?: (line: string) => void;
  };
  /** Calls back for each signal that asks the process to end; the answer stops that. */
  readonly onSignal: (take: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void) => () => void;
  readonly now: () => number;
}

export function processContext(): CliContext {
  const { env, argv } = process;
  const stdout = outputTo(process.stdout, env);
  let hasResult = false;
  return {
    stdout: {
      ...stdout,
      write(text) {
        hasResult = true;
        stdout.write(text);
      },
    },
    stderr: outputTo(process.stderr, env),
    stdin: process.stdin,
    directory: process.cwd(),
    environment: env,
    program: programWords({ script: argv[1] ?? 'agent-engine', directory: process.cwd(), environment: env }),
    isDebug: argv.includes('--debug'),
    awaitsJson: () => argv.includes('--json') && !hasResult,
    atWork: {},
    onSignal,
    now: () => Date.now(),
  };
}

function outputTo(stream: NodeJS.WriteStream, environment: Environment): Output {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY && environment['TERM'] !== 'dumb',
    colors: picocolors.createColors(wantsColor(stream.isTTY, environment)),
    columns: () => stream.columns || 80, // some terminals say 0
    rows: () => stream.rows || 24,
  };
}

function wantsColor(isTerminal: boolean, environment: Environment): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  if ((environment['FORCE_COLOR'] ?? '0') !== '0') return true;
  return isTerminal && environment['TERM'] !== 'dumb';
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function onSignal(take: (signal: (typeof signals)[number]) => void): () => void {
  for (const signal of signals) process.on(signal, take);
  return () => {
    for (const signal of signals) process.off(signal, take);
  };
}

/** A command to go on with, complete and ready to be pasted. */
export function followUp(context: CliContext, verb: string, words: readonly string[]): string {
  return [context.program, verb, ...words.map((word) => shellWord(word))].join(' ');
}

/** The option that names a project; none where it would be found without. */
export function projectWords(context: CliContext, directory: string): readonly string[] {
  const word = directoryWord(directory, context.directory);
  return word === '.' ? [] : ['--project', word];
}
