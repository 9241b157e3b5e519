import { Engine, EngineError, isEngineError, loadProject } from '../engine/index.ts';
import { writeProblems } from './commands/validate.ts';
import { followUp, projectWords, type CliContext } from './context.ts';
import { directoryWord } from './shell-words.ts';

/** Opens the engine of a project. When its manifests have errors they are all printed before the error is thrown. */
export async function openEngine(context: CliContext, directory: string): Promise<Engine> {
  try {
    return await Engine.fromConfigDir(directory);
  } catch (error) {
    if (!isEngineError(error) || error.code !== 'MANIFEST_INVALID') throw error;
    const loaded = await loadProject(directory);
    writeProblems(context.stderr, { ...loaded, problems: loaded.problems.filter(({ severity }) => severity === 'error') });
    const again = followUp(context, 'validate', [directoryWord(directory, context.directory)]);
    throw new EngineError(error.code, error.message, {
      hint: `Mend them, and see whether all is well with: ${again}`,
      problems: error.problems,
      cause: error,
    });
  }
}

/** Runs work on an open engine, and closes it whatever comes of it. */
export async function withEngine<Result>(
  context: CliContext,
  directory: string,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await openEngine(context, directory);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** The engine does not know how this program was called; its hints on tasks are completed here. */
export async function withTaskHints<Result>(
  context: CliContext,
  { directory, taskId }: { readonly directory: string; readonly taskId: string },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const project = projectWords(context, directory);
    const show = followUp(context, 'show', [taskId, ...project]);
    const hints: Partial<Record<typeof error.code, string>> = {
      TASK_ALREADY_OVER: `See what became of it with: ${show}`,
      TASK_ALREADY_EXISTS: `Choose another id, or see the task with: ${show}`,
      TASK_BUSY: `Wait until it is done, or end that process; see how it stands with: ${show}`,
    };
    const hint = hints[error.code];
    if (hint === undefined) throw error;
    throw new EngineError(error.code, error.message, { hint, details: error.details, cause: error });
  }
}
