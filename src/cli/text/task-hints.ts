import { EngineError, isEngineError } from '../../engine/index.ts';
import { followUp, projectWords, type CliContext } from '../context.ts';

interface TaskPlace {
  readonly directory: string;
  readonly taskId: string;
}

/** The engine does not know how this program was called; its hints on tasks are completed here. */
export async function withTaskHints<Result>(
  context: CliContext,
  place: TaskPlace,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const hint = hintFor(context, place, error);
    if (hint === undefined || hint === error.hint) throw error;
    throw new EngineError(error.code, error.message, { hint, details: error.details, cause: error });
  }
}

function hintFor(context: CliContext, { directory, taskId }: TaskPlace, error: EngineError): string | undefined {
  const project = projectWords(context, directory);
  const show = followUp(context, 'show', [taskId, ...project]);
  const whole = error.hint?.replace(
    /\bagent-engine (?<verb>show|resume|undo) (?<words>\S.*)$/u,
    (_, verb: string, words: string) => followUp(context, verb, [...words.split(' '), ...project]),
  );
  const hints: Partial<Record<typeof error.code, string>> = {
    TASK_ALREADY_OVER: `See what became of it with: ${show}`,
    TASK_ALREADY_EXISTS: `Choose another id, or see the task with: ${show}`,
    TASK_BUSY: `${whole?.replace(/\.$/u, '; see') ?? 'See'} how it stands with: ${show}`,
  };
  return hints[error.code] ?? whole;
}
