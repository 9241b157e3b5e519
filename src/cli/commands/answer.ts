import { EngineError, rootOf, type AnswerOptions, type OpenQuestion } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProjectOfTask } from '../find-project.ts';
import { withPinnedEngine } from '../open-engine.ts';
import { payloadsFor, type ProgressOptions } from '../input/progress-options.ts';
import { writeJson } from '../text/output-text.ts';
import { pinnedNotes } from '../text/pinned-notes.ts';
import { answerCommands, questionLines } from '../text/question-text.ts';
import { withTaskHints } from '../text/task-hints.ts';
import { questionsJson } from '../text/task-json.ts';
import { watchTask } from '../task-watch.ts';

export interface AnswerCommandOptions extends ProgressOptions {
  readonly project?: string;
  readonly stage?: string;
  readonly approve?: boolean;
  readonly reject?: boolean;
  readonly edit?: boolean;
  readonly allow?: boolean;
  readonly deny?: boolean;
  readonly remember?: string;
  readonly question?: string;
  readonly comment?: string;
}

interface Given {
  readonly taskId: string;
  readonly words: readonly string[];
}

/** Answers the question of a task and carries the task on; without an answer, says what is asked. */
export async function answer(
  context: CliContext,
  { taskId, words }: Given,
  options: AnswerCommandOptions,
): Promise<number> {
  const root = rootOf(taskId);
  const directory = await findProjectOfTask(context, root, options.project);
  return withPinnedEngine(context, { directory, taskId, ...payloadsFor(context, options) }, async (engine) =>
    withTaskHints(context, { directory, taskId: root }, async () => {
      const value = isConsent(options) ? consentFrom(words, options) : answerFrom(words, options);
      if (value === undefined)
        return showQuestions(context, { directory, questions: engine.questions(taskId) }, { taskId, options });
      const { stage, question } = options;
      const place: AnswerOptions = {
        ...(stage !== undefined && { stage }),
        ...(question !== undefined && { question }),
      };
      const watch = await watchTask(context, engine, options);
      const task = await engine.showTask(root);
      for (const note of await pinnedNotes(context, engine, task)) watch.note(note);
      return watch.carryOut(task, async () => engine.answer(taskId, value, place));
    }),
  );
}

/** Undefined when there is nothing but the question of what is asked. */
function answerFrom(words: readonly string[], options: AnswerCommandOptions): unknown {
  const { approve, reject, edit, comment } = options;
  const said = comment === undefined ? {} : { comment };
  const text = words.join(' ');
  if (approve === true || reject === true) {
    if (words.length === 0) return { action: approve === true ? 'approve' : 'reject', ...said };
    throw new EngineError('HOST_USAGE', 'An approval or a rejection takes no value.', {
      hint: 'Leave the value out, or use --edit to hand on another one.',
    });
  }
  if (words.length > 0) return { action: edit === true ? 'edit' : actionOf(text), value: valueOf(text), ...said };
  if (edit !== true && comment === undefined) return undefined;
  throw new EngineError('HOST_USAGE', 'There is no answer.', {
    hint: 'Give a value after the task, or use --approve or --reject.',
  });
}

function isConsent({ allow, deny, remember }: AnswerCommandOptions): boolean {
  return allow === true || deny === true || remember !== undefined;
}

/** Whether a tool may run. */
function consentFrom(words: readonly string[], { allow, deny, remember, comment }: AnswerCommandOptions): unknown {
  if (words.length > 0 || (allow !== true && deny !== true)) {
    throw new EngineError('HOST_USAGE', 'Whether a tool may run is answered with --allow or --deny alone.', {
      hint: 'Leave the value out; --remember and --comment go with them.',
    });
  }
  return {
    action: deny === true ? 'deny' : 'allow',
    ...(remember !== undefined && { remember }),
    ...(comment !== undefined && { comment }),
  };
}

/** The two words that are actions by themselves mean the same here as they do for programs. */
function actionOf(text: string): string {
  return text === 'approve' || text === 'reject' ? text : 'answer';
}

/** JSON where it is JSON, else a text. */
function valueOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

function showQuestions(
  context: CliContext,
  { directory, questions }: { directory: string; questions: readonly OpenQuestion[] },
  { taskId, options }: { taskId: string; options: AnswerCommandOptions },
): number {
  const asked = questions
    .filter(({ stage }) => options.stage === undefined || options.stage === stage)
    .filter(({ consent }) => options.question === undefined || options.question === consent?.id);
  if (asked.length === 0) {
    throw new EngineError('TASK_NOT_WAITING', `Task "${taskId}" asks no question.`, {
      hint: `See how it stands with: agent-engine show ${taskId}`,
    });
  }
  if (options.json === true) writeJson(context.stdout, questionsJson(asked));
  else context.stdout.write(`${questionLines(asked, context.stdout).join('\n')}\n`);
  for (const [place, command] of answerCommands(context, directory, questions).entries()) {
    const isAsked = asked.some((one) => one === questions[place]);
    if (isAsked && options.quiet !== true) context.stderr.write(`Answer with: ${command}\n`);
  }
  return exitCodes.paused;
}
