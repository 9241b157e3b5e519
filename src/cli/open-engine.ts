import {
  Engine,
  EngineError,
  isEngineError,
  loadProject,
  type CompiledProject,
  type EngineOptions,
  type LoadedProject,
} from '../engine/index.ts';
import { writeProblems } from './commands/validate.ts';
import { followUp, type CliContext } from './context.ts';
import { countText } from './text/format-values.ts';
import { directoryWord } from './text/shell-words.ts';
import { createTroubleNotes } from './text/trouble-notes.ts';

/** More problems than anybody reads before the first is solved. */
const shownProblems = 20;

async function openEngine(context: CliContext, directory: string, options: EngineOptions): Promise<Engine> {
  try {
    return await Engine.fromConfigDir(directory, { console: 'result', ...options });
  } catch (error) {
    if (!isEngineError(error) || error.code !== 'MANIFEST_INVALID') throw error;
    const { environment } = context;
    throw reportInvalid(context, await loadProject(directory, { environment }), error);
  }
}

/** The compiled manifests of a project, for commands that run nothing. */
export async function loadValidProject(context: CliContext, directory: string): Promise<CompiledProject> {
  const loaded = await loadProject(directory);
  if (loaded.compiled !== undefined) return loaded.compiled;
  throw reportInvalid(context, loaded);
}

/** Prints what is wrong with the manifests, since a count alone helps nobody, and gives the error to end with. */
function reportInvalid(context: CliContext, loaded: LoadedProject, cause?: unknown): EngineError {
  const { directory } = loaded;
  const errors = loaded.problems.filter(({ severity }) => severity === 'error');
  writeProblems(context.stderr, { ...loaded, problems: errors.slice(0, shownProblems) });
  const count = countText(errors.length, 'error');
  const word = directoryWord(directory, context.directory);
  return new EngineError('MANIFEST_INVALID', `The manifests in "${word}" have ${count}, so nothing was run.`, {
    hint: `Mend them, and check them with: ${followUp(context, 'validate', [word])}`,
    problems: errors,
    cause,
  });
}

/** How long a tool that does not heed its signal, or plugins that have events to write, may hold up the end. */
const closeLimitMs = 5_000;

/** Runs work on an open engine, and closes it whatever comes of it. */
export async function withEngine<Result>(
  context: CliContext,
  { directory, ...options }: EngineOptions & { readonly directory: string },
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  return closing(context, await openEngine(context, directory, options), work);
}

interface PinnedOptions extends Pick<EngineOptions, 'lazy' | 'payloads' | 'console'> {
  readonly directory: string;
  readonly taskId: string;
}

/** The same with the manifests that a task has, whatever those in the directory are by now. */
export async function withPinnedEngine<Result>(
  context: CliContext,
  { directory, taskId, ...options }: PinnedOptions,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  return closing(context, await Engine.forTask(directory, taskId, { console: 'result', ...options }), work);
}

async function closing<Result>(
  context: CliContext,
  engine: Engine,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const troubles = createTroubleNotes(context);
  engine.events$.subscribe((event) => troubles.take(event));
  try {
    return await work(engine);
  } finally {
    await Promise.race([engine.close(), new Promise((resolve) => void setTimeout(resolve, closeLimitMs).unref())]);
    troubles.end();
  }
}
