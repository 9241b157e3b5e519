import { z } from 'zod';
import { EngineError } from '../errors/index.ts';
import { consentReaches, rootOf, type ConsentAnswer, type Host, type OpenQuestion } from '../hosts/index.ts';
import { readAnswer, type Answer, type CompiledProject } from '../manifest-compiler/index.ts';
import { createSchemaValidator } from '../services/index.ts';
import { defaultMaxValueBytes } from './stages/value-size.ts';

export interface AnswerOptions {
  /** The stage that asks, where a task asks several questions. */
  readonly stage?: string;
  /** The id of the question, where a stage asks several. */
  readonly question?: string;
}

export interface AnswerContext {
  readonly host: Host;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The definition that a task began with. */
  readonly compiledFor: (taskId: string) => CompiledProject;
}

/** What the stage that asks takes for its output, and the task that it belongs to. */
export interface ReadAnswer {
  readonly task: string;
  readonly stage: string;
  /** Where it is whether a tool may run. */
  readonly question?: string;
  readonly output: unknown;
  /** The calls that the answer holds for besides, where it is to be remembered. */
  readonly likeness?: string;
}

/**
 * Reads a value as the answer to a question of a task. Throws TASK_NOT_WAITING when there is no such question,
 * TASK_ANSWER_INVALID when the answer does not fit it or several questions could be meant.
 */
export function readAnswerTo(
  { host, now, compiledFor }: AnswerContext,
  taskId: string,
  { value, ...place }: AnswerOptions & { readonly value: unknown },
): ReadAnswer {
  const asked = chosenQuestion(host.questions(taskId), { taskId, ...place });
  if (asked.due_at !== undefined && asked.due_at <= now()) throw tooLate(asked);
  if (asked.consent !== undefined) {
    const { id: question, likeness } = asked.consent;
    const output = readConsent(value);
    return { task: asked.task, stage: asked.stage, question, output, ...(output.remember !== 'once' && { likeness }) };
  }
  const compiled = compiledFor(asked.task);
  const read = readAnswer(plain(value, compiled), asked.question.input);
  if (!read.ok) throw new EngineError('TASK_ANSWER_INVALID', read.message, { hint: read.hint });
  const { answer } = read;
  checkAnswer(asked, answer, compiled);
  return { task: asked.task, stage: asked.stage, output: answer };
}

function chosenQuestion(
  open: readonly OpenQuestion[],
  { taskId, ...place }: AnswerOptions & { readonly taskId: string },
): OpenQuestion {
  const { stage, question: id } = place;
  const meant = open
    .filter((question) => stage === undefined || question.stage === stage)
    .filter(({ consent }) => id === undefined || consent?.id === id);
  const [first, ...others] = meant;
  if (first === undefined) throw notWaiting(open, { taskId, ...place });
  const own = meant.filter(({ task }) => task === taskId);
  if (others.length === 0 || own.length === 1) return own[0] ?? first;
  throw new EngineError('TASK_ANSWER_INVALID', `Task "${taskId}" asks ${meant.length} questions: ${placesOf(meant)}.`, {
    hint: meant.some(({ consent }) => consent !== undefined)
      ? 'Name the task that asks, and the stage or the question.'
      : 'Name the task that asks, and the stage.',
    details: { questions: meant.map(placeOf) },
  });
}

function placeOf({ task, stage, consent }: OpenQuestion): object {
  return consent === undefined ? { task, stage } : { task, stage, question: consent.id };
}

/** What happens when nobody answered in time has been decided, even if no process has acted on it yet. */
function tooLate({ task, stage }: OpenQuestion): EngineError {
  return new EngineError('TASK_NOT_WAITING', `The time to answer stage "${stage}" of task "${task}" is up.`, {
    hint: `Go on without an answer: agent-engine resume ${rootOf(task)}`,
  });
}

function notWaiting(
  open: readonly OpenQuestion[],
  { taskId, stage, question }: AnswerOptions & { readonly taskId: string },
): EngineError {
  const named = question === undefined ? 'no question' : `no question "${question}"`;
  const what = stage === undefined ? named : `${named} of stage "${stage}"`;
  return new EngineError('TASK_NOT_WAITING', `Task "${taskId}" asks ${what}.`, {
    hint: open.length === 0 ? `See how it stands with: agent-engine show ${taskId}` : `It asks: ${placesOf(open)}.`,
  });
}

function placesOf(questions: readonly OpenQuestion[]): string {
  return questions
    .map(({ task, stage, consent }) => {
      const place = `stage "${stage}" of task "${task}"`;
      return consent === undefined ? place : `question "${consent.id}" of ${place}`;
    })
    .join(', ');
}

const GivenConsent = z.strictObject({
  action: z.enum(['allow', 'deny']),
  remember: z.enum(consentReaches).default('once'),
  comment: z.string().exactOptional(),
});

/** Nothing but these words allows anything: an approval of something else must not. */
function readConsent(given: unknown): ConsentAnswer {
  const parsed = GivenConsent.safeParse(given === 'allow' || given === 'deny' ? { action: given } : given);
  if (parsed.success) return { ...parsed.data, by: 'person' };
  throw new EngineError('TASK_ANSWER_INVALID', 'Whether a tool may run is answered with "allow" or "deny".', {
    hint: 'On the command line use --allow or --deny; a program gives { action: allow } or { action: deny }, with "remember" (once, task, project) and "comment" if it likes.',
  });
}

function checkAnswer({ stage, question }: OpenQuestion, answer: Answer, { project }: CompiledProject): void {
  if (!question.actions.includes(answer.action)) {
    throw new EngineError('TASK_ANSWER_INVALID', `The question of "${stage}" does not take "${answer.action}".`, {
      hint: `Use one of: ${question.actions.join(', ')}.`,
    });
  }
  if (question.schema === undefined || (answer.action !== 'edit' && answer.action !== 'answer')) return;
  const findings = createSchemaValidator(project.schemas).validate(question.schema, answer.value);
  const [first] = findings;
  if (first === undefined) return;
  throw new EngineError('TASK_ANSWER_INVALID', `The answer does not fit the schema of "${stage}": ${first.message}`, {
    hint: 'Give a value that fits it.',
    details: { findings },
  });
}

/** As it will be read back from a journal; the caller's object may change. */
function plain(value: unknown, { project }: CompiledProject): unknown {
  const text = jsonOf(value);
  const limit = project.engine.limits?.max_value_bytes ?? defaultMaxValueBytes;
  const bytes = Buffer.byteLength(text);
  if (bytes > limit) {
    throw new EngineError('TASK_INPUT_TOO_LARGE', `The answer has ${bytes} bytes as JSON; the limit is ${limit}.`, {
      hint: 'Shorten it, or raise limits.max_value_bytes in engine.yaml.',
      details: { bytes, limit },
    });
  }
  const copy: unknown = JSON.parse(text);
  return copy;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value ?? null) ?? 'null';
  } catch (cause) {
    throw new EngineError('TASK_ANSWER_INVALID', 'The answer cannot be written as JSON.', {
      hint: 'Give plain data.',
      cause,
    });
  }
}
