import { parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { EngineError, failureKinds, isFailureKind, type FailureKind } from '../../errors/index.ts';
import { nearestWord } from '../json/nearest-word.ts';
import { finishReasons } from './port.ts';
import { rangeOfError, rangesOfIssue, type ScriptRange } from './script-places.ts';

const maxScriptLength = 1024 * 1024;
const mostProblems = 10;
const tooInvolved = 'The script is nested too deeply or uses too many aliases.';

const FailReply = z.strictObject({
  code: z.custom<FailureKind>(isFailureKind, { error: ({ input }) => unknownKind(input) }),
  message: z.string().min(1).optional(),
  retry_after_ms: z.int().min(0).optional(),
});

const ToolCallReply = z.strictObject({
  tool: z.string().min(1),
  arguments: z.json().optional(),
  id: z.string().min(1).optional(),
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
    tool_calls: z.array(ToolCallReply).min(1).optional(),
    fail: FailReply.optional(),
    stall: z.literal(true).optional(),
    delay_ms: z.int().min(0).optional(),
    chunks: z.int().min(1).max(10_000).optional(),
    finish: z.enum(finishReasons).optional(),
    tokens: z.strictObject({ prompt: z.int().min(0).optional(), completion: z.int().min(0).optional() }).optional(),
  })
  .refine(hasOneKind, {
    error: 'A reply has exactly one of "reply", "fail" and "stall"; "tool_calls" may stand alone or beside "reply".',
  });
export type ReplySpec = z.infer<typeof ReplySpec>;

const ScriptSpec = z.strictObject({ replies: z.array(ReplySpec).min(1) });
/** What a scripted model answers: the first reply that fits a call is given. */
export type ScriptSpec = z.infer<typeof ScriptSpec>;

interface ReplyKinds {
  readonly reply?: unknown;
  readonly tool_calls?: unknown;
  readonly fail?: unknown;
  readonly stall?: unknown;
}

function hasOneKind({ reply, tool_calls: calls, fail, stall }: ReplyKinds): boolean {
  const others = [fail, stall].filter((part) => part !== undefined).length;
  const answers = reply !== undefined || calls !== undefined;
  return answers ? others === 0 : others === 1;
}

/** A thousand brackets or dashes without anything in between: the library would follow them as far as they go. */
const steep = /(?:[[{]\s*|[-?][^\S\n]+){1000}/u;

/** What is wrong with a script, as one full sentence, and where, if it is at one place. */
export interface ScriptProblem {
  readonly message: string;
  readonly range?: ScriptRange;
}

/** Everything that keeps a script from being read. */
export function scriptProblems(text: string): readonly ScriptProblem[] {
  const read = readScript(text);
  return 'script' in read ? [] : read.problems;
}

/** Reads a script; throws MODEL_SCRIPT_INVALID with the line of everything that is wrong. */
export function parseScript(text: string): ScriptSpec {
  const read = readScript(text);
  if ('script' in read) return read.script;
  throw invalid(text, read);
}

interface Unreadable {
  readonly problems: readonly ScriptProblem[];
  readonly cause?: unknown;
}

function readScript(text: string): { readonly script: ScriptSpec } | Unreadable {
  if (text.length > maxScriptLength)
    return { problems: [{ message: `The script has more than ${maxScriptLength.toLocaleString('en')} characters.` }] };
  if (steep.test(text)) return { problems: [{ message: tooInvolved }] };
  try {
    return readDocument(parseDocument(text, { prettyErrors: false }));
  } catch (cause) {
    // The YAML library throws where a text nests too deeply or repeats itself too often.
    return { problems: [{ message: tooInvolved }], cause };
  }
}

function readDocument(document: Document): { readonly script: ScriptSpec } | Unreadable {
  // the library reports its own overflow like an error of the text
  if (document.errors.some(({ message }) => message.includes('call stack')))
    return { problems: [{ message: tooInvolved }] };
  if (document.errors.length > 0)
    return {
      problems: document.errors.map((error) => ({
        message: full(error.message),
        range: rangeOfError(error, document),
      })),
    };
  const result = ScriptSpec.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (result.success) return { script: result.data };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, document)) };
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue, document: Document): readonly ScriptProblem[] {
  const sentences = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => unknownField(issue, key)) : [];
  return rangesOfIssue(issue, document).map((range, at) => ({ message: sentences[at] ?? sentence(issue), range }));
}

function unknownField({ path }: Issue, key: string): string {
  const guess = nearestWord(key, path.at(-1) === 'fail' ? Object.keys(FailReply.shape) : Object.keys(ReplySpec.shape));
  return `"${key}" is no field of a script${guess === undefined ? '.' : `; did you mean "${guess}"?`}`;
}

function sentence(issue: Issue): string {
  const place = issue.path.map((step) => (typeof step === 'number' ? `${step + 1}` : String(step))).join('.');
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

function invalid(text: string, { problems, cause }: Unreadable): EngineError {
  const sentences = problems.map(({ message, range }) =>
    range === undefined ? message : `Line ${text.slice(0, range[0]).split('\n').length}: ${message}`,
  );
  const [first = 'It cannot be read.'] = sentences;
  const more = problems.length > 1 ? ` (${problems.length - 1} more)` : '';
  return new EngineError('MODEL_SCRIPT_INVALID', `The script of a scripted model cannot be read. ${first}${more}`, {
    hint: 'Write a list "replies:" of { agent, stage, match, call, reply | tool_calls | fail | stall }.',
    details: { problems: sentences.slice(0, mostProblems) },
    ...(cause === undefined ? {} : { cause }),
  });
}
