import { memoryOf, type ProjectMemory } from '../engine/index.ts';
import type { CliContext } from './context.ts';
import { findProject } from './find-project.ts';
import { loadValidProject } from './open-engine.ts';
import { safeText } from './text/safe-text.ts';

export interface MemoryPlace {
  readonly store?: 'project' | 'global';
  readonly project?: string;
}

/** Runs work on a memory store of a project, and closes it whatever comes of it. */
export async function withMemory<Result>(
  context: CliContext,
  { store = 'project', project }: MemoryPlace,
  work: (memory: ProjectMemory) => Promise<Result>,
): Promise<Result> {
  const { stderr, environment } = context;
  const directory = await findProject(context, project);
  const memory = await memoryOf(await loadValidProject(context, directory), directory, {
    store,
    environment,
    onWarning: (warning) => stderr.write(`${stderr.colors.yellow('warning')} ${safeText(warning)}\n`),
  });
  try {
    return await work(memory);
  } finally {
    await memory.close();
  }
}
