import { openEngine, type Engine, type EngineOptions } from '../engine.ts';
import { invalidManifests } from '../project/invalid-manifests.ts';
import { loadProject } from '../project/load-project.ts';
import { trialProject, type TrialChanges } from './trial-project.ts';

export interface TrialOptions extends TrialChanges, Omit<EngineOptions, 'host' | 'lazy'> {
  /** Where tasks are kept, instead of the state directory of the project. */
  readonly stateDirectory: string;
}

/**
 * Opens a project apart from what it keeps: tasks are in a directory of their own, what is remembered is forgotten when the engine
 * is closed, and logs are not written. Tools do what the project permits them. Rejects as `Engine.fromConfigDir` does.
 */
export async function openTrial(directory: string, options: TrialOptions): Promise<Engine> {
  const { stateDirectory, agent, cassettes, ...rest } = options;
  // What only plays what was recorded needs no keys.
  const asksNobody = cassettes?.record === 'never';
  const environment = options.environment ?? process.env;
  const loaded = await loadProject(directory, asksNobody ? {} : { environment });
  if (loaded.compiled === undefined) throw invalidManifests(directory, loaded.problems);
  const compiled = trialProject(loaded.compiled, {
    ...(agent !== undefined && { agent }),
    ...(cassettes !== undefined && { cassettes }),
  });
  return openEngine({ directory: loaded.directory, compiled, warnings: loaded.problems, stateDirectory }, rest);
}
