import { EngineError } from '../errors/index.ts';
import { rootOf, type Host, type OpenQuestion } from '../hosts/index.ts';
import { readAnswer, type Answer, type CompiledProject } from '../manifest-compiler/index.ts';
import { createSchemaValidator } from '../services/index.ts';
import { defaultMaxValueBytes } from './stages/value-size.ts';

export interface AnswerOptions {
  /** The stage that asks, where a task asks several questions. */
  readonly stage?: string;
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
  readonly output: unknown;
}

/**
 * Reads a value as the answer to a question of a task. Throws TASK_NOT_WAITING when there is no such question,
 * TASK_ANSWER_INVALID when the answer does not fit it or several questions could be meant.
 */
export function readAnswerTo(
  { host, now, compiledFor }: AnswerContext,
  taskId: string,
  { value, stage }: AnswerOptions & { readonly value: unknown },
): ReadAnswer {
  const asked = chosenQuestion(host.questions(taskId), { taskId, ...(stage !== undefined && { stage }) });
  if (asked.due_at !== undefined && asked.due_at <= now()) throw tooLate(asked);
  const compiled = compiledFor(asked.task);
  const read = readAnswer(plain(value, compiled), asked.question.input);
  if (!read.ok) throw new EngineError('TASK_ANSWER_INVALID', read.message, { hint: read.hint });
  const { answer } = read;
  checkAnswer(asked, answer, compiled);
  return { task: asked.task, stage: asked.stage, output: answer };
}

function chosenQuestion(
  open: readonly OpenQuestion[],
  { taskId, stage }: AnswerOptions & { readonly taskId: string },
): OpenQuestion {
  const meant = stage === undefined ? open : open.filter((question) => question.stage === stage);
  const [first, ...others] = meant;
  if (first === undefined) throw notWaiting(open, { taskId, ...(stage !== undefined && { stage }) });
  const own = meant.filter(({ task }) => task === taskId);
  if (others.length === 0 || own.length === 1) return own[0] ?? first;
  throw new EngineError('TASK_ANSWER_INVALID', `Task "${taskId}" asks ${meant.length} questions: ${placesOf(meant)}.`, {
    hint: 'Name the task that asks, and the stage.',
    details: { questions: meant.map((question) => ({ task: question.task, stage: question.stage })) },
  });
}

/** What happens when nobody answered in time has been decided, even if no process has acted on it yet. */
function tooLate({ task, stage }: OpenQuestion): EngineError {
  return new EngineError('TASK_NOT_WAITING', `The time to answer stage "${stage}" of task "${task}" is up.`, {
    hint: `Go on without an answer: agent-engine resume ${rootOf(task)}`,
  });
}

function notWaiting(
  open: readonly OpenQuestion[],
  { taskId, stage }: AnswerOptions & { readonly taskId: string },
): EngineError {
  const what = stage === undefined ? 'no question' : `no question of stage "${stage}"`;
  return new EngineError('TASK_NOT_WAITING', `Task "${taskId}" asks ${what}.`, {
    hint: open.length === 0 ? `See how it stands with: agent-engine show ${taskId}` : `It asks: ${placesOf(open)}.`,
  });
}

function placesOf(questions: readonly OpenQuestion[]): string {
  return questions.map(({ task, stage }) => `stage "${stage}" of task "${task}"`).join(', ');
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
