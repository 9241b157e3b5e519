import path from 'node:path';
import type { Environment } from '../../services/index.ts';
import { checkModels } from './check-models.ts';
import { checkProject } from './check-project.ts';
import { checkSandbox } from './check-sandbox.ts';
import { checkState } from './check-state.ts';
import type { Finding } from './finding.ts';

export interface ExamineOptions {
  readonly environment: Environment;
  /** A project to look at, too. */
  readonly project?: string;
  /** Where a project without a state directory of its own would be. */
  readonly directory: string;
}

/** Looks whether all is there that projects need on this machine. Changes nothing, and asks nobody but Ollama. */
export async function examine({ environment, project, directory }: ExamineOptions): Promise<readonly Finding[]> {
  const sandbox = await checkSandbox(environment);
  const hasSandbox = sandbox.status === 'ok';
  return [
    { check: 'node', status: 'ok', text: `Node ${process.versions.node} is new enough, and brings SQLite along.` },
    ...(await checkModels(environment)),
    sandbox,
    ...(project === undefined
      ? [await checkState(path.join(directory, '.agent-engine'))]
      : await checkProject(project, { environment, hasSandbox })),
  ];
}
