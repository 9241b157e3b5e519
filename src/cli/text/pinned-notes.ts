import { definitionHash, loadProject, type Engine, type TaskView } from '../../engine/index.ts';
import { followUp, projectWords, type CliContext } from '../context.ts';
import { directoryWord } from './shell-words.ts';

/** What has to be said where the directory holds other manifests than those a task goes on with. */
export async function pinnedNotes(context: CliContext, engine: Engine, task: TaskView): Promise<readonly string[]> {
  const { directory } = engine;
  const today = await todaysHash(directory);
  if (today === task.definition) return [];
  if (today === undefined) {
    const validate = followUp(context, 'validate', [directoryWord(directory, context.directory)]);
    return [`The task goes on with the manifests it has; those of today have errors, see: ${validate}`];
  }
  const latest = followUp(context, 'resume', [task.id, '--latest', ...projectWords(context, directory)]);
  return [`The task goes on with the manifests it has; those of today are others, and are used by: ${latest}`];
}

/** Undefined for manifests that are broken, or gone. */
async function todaysHash(directory: string): Promise<string | undefined> {
  try {
    const { compiled } = await loadProject(directory);
    return compiled === undefined ? undefined : definitionHash(compiled);
  } catch {
    return undefined;
  }
}
