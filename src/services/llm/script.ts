import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { EngineError, failureKinds, isFailureKind, type FailureKind } from '../../errors/index.ts';
import { nearestWord } from '../json/nearest-word.ts';
import { finishReasons } from './port.ts';

const maxScriptLength = 1024 * 1024;
const mostProblems = 10;
const tooInvolved = 'The script is nested too deeply or uses too many aliases.';

const FailReply = z.strictObject({
  code: z.custom<FailureKind>(isFailureKind, { error: ({ input }) => unknownKind(input) }),
  message: z.string().min(1).optional(),
  retry_after_ms: z.int().min(0).optional(),
});

const ReplySpec = z
  .strictObject({
    agent: z.string().optional(),
    stage: z.string().optional(),
    match: z
      .string()
      .refine(isPattern, { error: ({ input }) => `${JSON.stringify(input)} is no regular expression.` })
      .optional(),
    call: z.int().min(1).optional(),
    reply: z.json().optional(),
    fail: FailReply.optional(),
    stall: z.literal(true).optional(),
    delay_ms: z.int().min(0).optional(),
    chunks: z.int().min(1).max(10_000).optional(),
    finish: z.enum(finishReasons).optional(),
    tokens: z.strictObject({ prompt: z.int().min(0).optional(), completion: z.int().min(0).optional() }).optional(),
  })
  .refine(({ reply, fail, stall }) => [reply, fail, stall].filter((part) => part !== undefined).length === 1, {
    error: 'A reply has exactly one of "reply", "fail" and "stall".',
  });
export type ReplySpec = z.infer<typeof ReplySpec>;

const ScriptSpec = z.strictObject({ replies: z.array(ReplySpec).min(1) });
/** What a scripted model answers: the first reply that fits a call is given. */
export type ScriptSpec = z.infer<typeof ScriptSpec>;

/** A thousand brackets or dashes without anything in between: the library would follow them as far as they go. */
const steep = /(?:[[{]\s*|[-?][^\S\n]+){1000}/u;

/** Reads a script; throws MODEL_SCRIPT_INVALID with the line of everything that is wrong. */
export function parseScript(text: string): ScriptSpec {
  if (text.length > maxScriptLength)
    throw invalid([`The script has more than ${maxScriptLength.toLocaleString('en')} characters.`]);
  if (steep.test(text)) throw invalid([tooInvolved]);
  const { document, lines } = readYaml(text);
  const result = ScriptSpec.safeParse(toValue(document));
  if (result.success) return result.data;
  throw invalid(result.error.issues.map((issue) => `Line ${lineOf(issue, document, lines)}: ${sentence(issue)}`));
}

function readYaml(text: string): { document: Document; lines: LineCounter } {
  const lines = new LineCounter();
  const document = guarded(() => parseDocument(text, { lineCounter: lines, prettyErrors: false }));
  if (document.errors.length === 0) return { document, lines };
  // the library reports its own overflow like an error of the text
  if (document.errors.some(({ message }) => message.includes('call stack'))) throw invalid([tooInvolved]);
  throw invalid(
    document.errors.map(({ message, pos: [offset] }) => `Line ${lines.linePos(offset).line}: ${full(message)}`),
  );
}

function toValue(document: Document): unknown {
  return guarded((): unknown => document.toJS({ maxAliasCount: 100 }));
}

/** The YAML library throws where a text nests too deeply or repeats itself too often. */
function guarded<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw invalid([tooInvolved], error);
  }
}

type Issue = z.core.$ZodIssue;

function lineOf(issue: Issue, document: Document, lines: LineCounter): number {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    const offset: unknown = Array.isArray(range) ? range[0] : undefined;
    if (typeof offset === 'number') return lines.linePos(offset).line;
  }
  return 1;
}

function sentence(issue: Issue): string {
  const place = issue.path.map((step) => (typeof step === 'number' ? `${step + 1}` : String(step))).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const guess = nearestWord(
      key,
      issue.path.at(-1) === 'fail' ? Object.keys(FailReply.shape) : Object.keys(ReplySpec.shape),
    );
    return `"${key}" is no field of a script${guess === undefined ? '.' : `; did you mean "${guess}"?`}`;
  }
  return place === '' ? full(issue.message) : `"${place}": ${full(issue.message)}`;
}

function unknownKind(input: unknown): string {
  const guess = nearestWord(String(input), Object.keys(failureKinds));
  return `${JSON.stringify(input)} is no failure code${guess === undefined ? '.' : `; did you mean "${guess}"?`}`;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    return false;
  }
}

function full(text: string): string {
  return /[.?!]$/u.test(text) ? text : `${text}.`;
}

function invalid(problems: readonly string[], cause?: unknown): EngineError {
  const [first = 'It cannot be read.'] = problems;
  const more = problems.length > 1 ? ` (${problems.length - 1} more)` : '';
  return new EngineError('MODEL_SCRIPT_INVALID', `The script of a scripted model cannot be read. ${first}${more}`, {
    hint: 'Write a list "replies:" of { agent, stage, match, call, reply | fail | stall }.',
    details: { problems: problems.slice(0, mostProblems) },
    ...(cause === undefined ? {} : { cause }),
  });
}
