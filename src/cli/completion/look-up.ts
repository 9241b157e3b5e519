import path from 'node:path';
import type { CliContext } from '../context.ts';
import { listTemplates } from '../init/templates.ts';
import type { CompiledProject } from '../../engine/index.ts';
import type { Candidate, Source, Wanted } from './wanted.ts';

const mostTasks = 50;
/** Statuses of which a command can make something; others take any. */
const usefulFor: Readonly<Partial<Record<string, readonly string[]>>> = {
  answer: ['waiting'],
  cancel: ['pending', 'running', 'paused', 'waiting'],
  pause: ['running'],
  resume: ['pending', 'running', 'paused', 'waiting'],
  step: ['paused'],
};

type WorkflowSpec = CompiledProject['project']['workflow'];
type LookUp = (context: CliContext, wanted: Wanted) => Promise<readonly Candidate[]>;

/** What shells do not know by themselves. */
const lookUps: Readonly<Record<Source, LookUp>> = {
  directory: async () => [],
  file: async () => [],
  kind: async () => {
    const { fileKinds } = await import('../../engine/index.ts');
    return fileKinds.map((value) => ({ value, about: '' }));
  },
  template: async () => (await listTemplates()).map(({ id, description }) => ({ value: id, about: description })),
  pipeline: async (context, { project = '.' }) => {
    const { loadProject } = await import('../../engine/index.ts');
    const { compiled } = await loadProject(path.resolve(context.directory, project));
    return [...(compiled?.pipelines.keys() ?? [])].map((value) => ({ value, about: '' }));
  },
  stage: async (context, wanted) =>
    (await workflowsInReach(context, wanted)).flatMap(({ nodes }) =>
      nodes.map(({ id, type }) => ({ value: id, about: type })),
    ),
  task: lookUpTasks,
};

/** What there is of a source. Nothing where that cannot be found out: a shell has no place for errors. */
export async function lookUp(context: CliContext, wanted: Wanted): Promise<readonly Candidate[]> {
  try {
    return wanted.source === undefined ? [] : await lookUps[wanted.source](context, wanted);
  } catch {
    return [];
  }
}

/** Of the project that is named or the current one, else of those below it. */
async function workflowsInReach(context: CliContext, { project }: Wanted): Promise<readonly WorkflowSpec[]> {
  const { loadProject } = await import('../../engine/index.ts');
  const { projectsInReach } = await import('../find-project.ts');
  const directories = await projectsInReach(context, project);
  const loaded = await Promise.all(directories.map((directory) => loadProject(directory)));
  return loaded.flatMap(({ compiled }) => (compiled === undefined ? [] : [compiled.project.workflow]));
}

/** Of the project that is named or the current one, else of those below it. */
async function lookUpTasks(context: CliContext, { command, project }: Wanted): Promise<readonly Candidate[]> {
  const { storedTasks } = await import('../../engine/index.ts');
  const { projectsInReach } = await import('../find-project.ts');
  const directories = await projectsInReach(context, project);
  const found = await Promise.all(directories.map((directory) => storedTasks(directory, { limit: mostTasks })));
  const useful = usefulFor[command];
  return found
    .flat()
    .filter(({ status }) => useful === undefined || useful.includes(status))
    .toSorted((one, other) => other.created_at - one.created_at)
    .slice(0, mostTasks)
    .map(({ id, status }) => ({ value: id, about: status }));
}
