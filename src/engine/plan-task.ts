import path from 'node:path';
import { realpath } from 'node:fs/promises';
import type { CompiledProject } from '../manifest-compiler/index.ts';
import { createMemoryStores, type Environment } from '../services/index.ts';
import { storeProblem } from './overrides/check-override.ts';
import { storedOverrides, type FoundOverrides } from './overrides/read-overrides.ts';
import { beginTask, noOverrides } from './overrides/task-overrides.ts';
import { createConsentFile } from './project/consent-file.ts';
import { findStateDirectory } from './project/state-directory.ts';
import { planRun, type RunPlan } from './run-plan.ts';
import type { TaskOptions } from './tasks.ts';

export interface PlanOptions extends Pick<
  TaskOptions,
  'input' | 'mode' | 'tags' | 'pipeline' | 'overrides' | 'allowOverrides'
> {
  readonly directory: string;
  /** Default: the environment of this process. */
  readonly environment?: Environment;
}

/**
 * Says what a run would be, with the overrides that it would have: those of the caller, preferences in the stores, and what rules
 * read from the request. Runs nothing, asks no model and stores no task; memory is opened as a run opens it, which sets damaged files
 * aside. Throws TASK_MODE_UNKNOWN, TASK_OVERRIDE_INVALID,
 * ROUTING_NO_PIPELINE.
 */
export async function planTask(compiled: CompiledProject, options: PlanOptions): Promise<RunPlan> {
  const {
    input,
    mode,
    tags = [],
    pipeline,
    overrides,
    allowOverrides: allow = false,
    environment = process.env,
  } = options;
  const directory = await realpath(path.resolve(options.directory));
  const { path: stateDirectory } = await findStateDirectory(directory, environment);
  const beginning = beginTask(compiled, {
    input,
    tags,
    overrides,
    allow,
    stored: await preferencesIn(compiled, { projectDirectory: directory, stateDirectory, environment }),
    consents: createConsentFile(stateDirectory, Date.now),
    ...(mode !== undefined && { mode }),
    ...(pipeline !== undefined && { pipeline }),
  });
  return planRun(compiled, beginning);
}

interface Places {
  readonly projectDirectory: string;
  readonly stateDirectory: string;
  readonly environment: Environment;
}

async function preferencesIn(compiled: CompiledProject, places: Places): Promise<FoundOverrides> {
  if (storeProblem('project', compiled) !== undefined && storeProblem('global', compiled) !== undefined)
    return noOverrides;
  const stores = createMemoryStores(compiled.project.memory, { ...places, now: Date.now });
  try {
    return await storedOverrides(stores);
  } finally {
    await stores.close();
  }
}
