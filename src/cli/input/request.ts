import { createReadStream } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../engine/index.ts';
import { directoryWord } from '../text/shell-words.ts';
import { followUp, type CliContext } from '../context.ts';
import { readAll } from './read-stream.ts';
import { fitWidth, safeLine } from '../text/safe-text.ts';

export interface RequestSource {
  readonly directory: string;
  /** Words after the directory. */
  readonly words: readonly string[];
  /** Value of `--input`. */
  readonly input?: string;
  /** `engine.default_request` of the project. */
  readonly defaultRequest?: string;
  /** Largest request the project takes, as JSON. */
  readonly maxInputBytes?: number;
}

/** A request, and what has to be said about where it comes from. */
export interface Request {
  readonly value: unknown;
  readonly note?: string;
}

const leastReadBytes = 64 * 1_048_576;
/** A pipe that is open and silent, as many programs leave it to their children, is not to hold the start up. */
const silentPipeMs = 1_000;

/** The request of a task, from wherever it is given. Throws HOST_USAGE, TASK_INPUT_INVALID, TASK_INPUT_TOO_LARGE. */
export async function readRequest(context: CliContext, source: RequestSource): Promise<Request> {
  const { words, input } = source;
  if (input !== undefined) {
    if (words.length > 0)
      throw usage('There is a request after the directory and one as --input.', 'Give one of them.');
    return { value: await readInput(context, source, input) };
  }
  if (words.length === 1 && words[0] === '-') return { value: await readInput(context, source, '-') };
  if (words.length > 0) return { value: notEmpty(words.join(' ')) };
  const piped = await readPipe(context, source);
  if (piped !== undefined) return { value: piped, note: 'The request is read from standard input.' };
  const { defaultRequest } = source;
  if (defaultRequest !== undefined) {
    return {
      value: defaultRequest,
      note: `The request is the project's own: "${fitWidth(safeLine(defaultRequest), 200)}"`,
    };
  }
  throw noRequest(context, source);
}

function noRequest(context: CliContext, { directory }: RequestSource): EngineError {
  const example = followUp(context, 'run', [directoryWord(directory, context.directory), 'What is this about?']);
  return usage('There is no request.', `Say what is to be done, for example: ${example}`);
}

async function readInput(context: CliContext, source: RequestSource, input: string): Promise<unknown> {
  if (input === '-') return pipedValue(notEmpty(await readText(context.stdin, source, 'Standard input')));
  if (!input.startsWith('@')) return valueOf(notEmpty(input), 'The value of --input');
  const file = input.slice(1);
  const name = `The file "${file}"`;
  const stream = createReadStream(path.resolve(context.directory, file));
  const text = notEmpty(await readText(stream, source, name));
  return file.toLowerCase().endsWith('.json') ? parseJson(text, name) : text;
}

async function readPipe(context: CliContext, source: RequestSource): Promise<unknown> {
  if (context.stdin.isTTY === true) return undefined;
  const bytes = await readAll(context.stdin, { ...limitsFor(source), firstByteMs: silentPipeMs }).catch(
    () => undefined,
  );
  if (bytes === undefined) return undefined;
  const text = textOf(bytes, source, 'Standard input');
  return text.trim() === '' ? undefined : pipedValue(text);
}

async function readText(stream: CliContext['stdin'], source: RequestSource, name: string): Promise<string> {
  let bytes: Awaited<ReturnType<typeof readAll>>;
  try {
    bytes = await readAll(stream, limitsFor(source));
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new EngineError('TASK_INPUT_INVALID', `${name} cannot be read${reason}.`, {
      hint: 'Give the path of a readable file after the "@", or "-" for standard input.',
      cause,
    });
  }
  return textOf(bytes ?? Buffer.alloc(0), source, name);
}

/** More than the limit, since a file may hold its JSON with a lot of space in it; the engine measures the value itself. */
function limitsFor({ maxInputBytes = 0 }: RequestSource): { readonly maxBytes: number } {
  return { maxBytes: Math.max(leastReadBytes, 2 * maxInputBytes) };
}

function textOf(bytes: Buffer | 'too_large', source: RequestSource, name: string): string {
  if (bytes === 'too_large') {
    const { maxBytes } = limitsFor(source);
    throw new EngineError(
      'TASK_INPUT_TOO_LARGE',
      `${name} holds more than ${maxBytes} bytes, which is never a request.`,
      {
        hint: 'Shorten it, or name a file that a tool can read.',
      },
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new EngineError('TASK_INPUT_INVALID', `${name} is no UTF-8 text.`, { hint: 'Save it as UTF-8.', cause });
  }
}

/** The last line end is that of `echo`, not of the request. */
function pipedValue(text: string): unknown {
  return valueOf(text.replace(/\r?\n$/u, ''), 'Standard input');
}

const looksLikeJson = /^\s*(?:\{\s*["}]|\[\s*(?:[\]{["\d-]|true|false|null))/u;

/** A text that begins as a JSON object or list does is one; everything else is taken as it is. */
function valueOf(text: string, name: string): unknown {
  return looksLikeJson.test(text) ? parseJson(text, name) : text;
}

function parseJson(text: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (cause) {
    const reason = cause instanceof Error ? ` (${safeLine(cause.message)})` : '';
    throw new EngineError('TASK_INPUT_INVALID', `${name} looks like JSON and is not${reason}.`, {
      hint: 'Mend it; to have it taken as a text, give it after the directory, or in a file that does not end in .json.',
      cause,
    });
  }
}

function notEmpty(text: string): string {
  if (text.trim() === '') throw usage('The request is empty.', 'Say what is to be done.');
  return text;
}

function usage(message: string, hint: string): EngineError {
  return new EngineError('HOST_USAGE', message, { hint });
}
