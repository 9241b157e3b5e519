import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, findStateDirectory, hasState, knowsTask } from '../engine/index.ts';
import { followUp, type CliContext } from './context.ts';
import { directoryWord } from './text/shell-words.ts';

/** Names by which a project is known; the last one also where its manifests are gone. */
const projectNames = ['workflow.yaml', 'workflow.yml', 'workflow.json', '.agent-engine'];
/** Directories looked into below one: a home directory is not searched through. */
const mostDirectories = 200;
/** Projects that are named where several come into question. */
const mostNames = 10;
/** Directories that hold projects, from the current one. */
const parents = ['.', 'configs', 'configs/examples'];

/** The project of a task: the one that is named, else the current directory, else the one below that knows the task. */
export async function findProjectOfTask(context: CliContext, taskId: string, named?: string): Promise<string> {
  const given = await givenProject(context, named);
  if (given === undefined) {
    const search = await projectsBelow(context, (directory) => knowsTask(directory, taskId));
    const nothing = new EngineError(
      'TASK_NOT_FOUND',
      `No project in the current directory or below it has a task "${taskId}".`,
      { hint: `${unsearchedText(search)}Name the project the task belongs to with --project <dir>.` },
    );
    const found = onlyOne(context, search.found, { verb: 'show', words: [taskId], nothing });
    await noteUnreadable(context, found);
    return found;
  }
  await noteUnreadable(context, given);
  if (await knowsTask(given, taskId)) return given;
  throw new EngineError('TASK_NOT_FOUND', `The project "${wordFor(context, given)}" has no task "${taskId}".`, {
    hint: `List those it has with: ${followUp(context, 'tasks', projectOption(context, given))}`,
  });
}

/** The project whose tasks are meant when no task is named. */
export async function findProject(context: CliContext, named?: string): Promise<string> {
  const given = await givenProject(context, named);
  if (given !== undefined) {
    await noteUnreadable(context, given);
    return given;
  }
  const search = await projectsBelow(context, hasState);
  const nothing = new EngineError(
    'HOST_USAGE',
    'There is no project with tasks in the current directory or below it.',
    { hint: `${unsearchedText(search)}Name the project with --project <dir>.` },
  );
  return onlyOne(context, search.found, { verb: 'tasks', words: [], nothing });
}

/** All projects whose tasks could be meant: the one that is named or the current directory, else those below that have tasks. */
export async function projectsInReach(context: CliContext, named?: string): Promise<readonly string[]> {
  const given = await givenProject(context, named);
  return given === undefined ? (await projectsBelow(context, hasState)).found : [given];
}

/** Tasks may be elsewhere then, so this is said whatever else is. */
async function noteUnreadable(context: CliContext, directory: string): Promise<void> {
  const { path: place, unreadable } = await findStateDirectory(directory);
  if (unreadable === undefined) return;
  const text = `note: "${unreadable}" cannot be read; tasks are looked for in "${wordFor(context, place)}".`;
  context.stderr.write(`${context.stderr.colors.dim(text)}\n`);
}

async function givenProject(context: CliContext, named: string | undefined): Promise<string | undefined> {
  if (named !== undefined) return path.resolve(context.directory, named);
  return (await isProject(context.directory)) ? context.directory : undefined;
}

interface Wanted {
  readonly verb: string;
  readonly words: readonly string[];
  readonly nothing: EngineError;
}

function onlyOne(context: CliContext, matches: readonly string[], { verb, words, nothing }: Wanted): string {
  const [first, ...others] = matches;
  if (first === undefined) throw nothing;
  if (others.length === 0) return first;
  const names = matches.slice(0, mostNames).map((match) => `"${wordFor(context, match)}"`);
  const more = matches.length > mostNames ? ` and ${matches.length - mostNames} more` : '';
  throw new EngineError('HOST_USAGE', `Several projects come into question: ${names.join(', ')}${more}.`, {
    hint: `Name one, for example: ${followUp(context, verb, [...words, ...projectOption(context, first)])}`,
  });
}

function unsearchedText({ isWhole }: Search): string {
  return isWhole ? '' : `Only ${mostDirectories} of the directories here were looked into. `;
}

function projectOption(context: CliContext, directory: string): readonly string[] {
  return directory === context.directory ? [] : ['--project', wordFor(context, directory)];
}

function wordFor(context: CliContext, directory: string): string {
  return directoryWord(directory, context.directory);
}

interface Search {
  readonly found: readonly string[];
  /** Whether all directories were looked into. */
  readonly isWhole: boolean;
}

async function projectsBelow(context: CliContext, matches: (directory: string) => Promise<boolean>): Promise<Search> {
  const found: string[] = [];
  let isWhole = true;
  for (const parent of parents) {
    const directories = await directoriesIn(path.join(context.directory, parent));
    if (directories.length > mostDirectories) isWhole = false;
    for (const directory of directories.slice(0, mostDirectories)) {
      // A project that cannot be read is none that a task could be resumed in.
      if ((await isProject(directory)) && (await matches(directory).catch(() => false))) found.push(directory);
    }
  }
  return { found, isWhole };
}

async function directoriesIn(parent: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      .map((entry) => path.join(parent, entry.name))
      .toSorted(); // file systems list them in any order
  } catch {
    return []; // those below are optional
  }
}

/** Whether a directory has manifests, or tasks of some that are gone. */
export async function isProject(directory: string): Promise<boolean> {
  try {
    const names = await readdir(directory);
    return projectNames.some((name) => names.includes(name));
  } catch {
    return false;
  }
}
