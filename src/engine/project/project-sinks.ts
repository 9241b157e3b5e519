import path from 'node:path';
import { EngineError } from '../../errors/index.ts';
import type { PluginSpec } from '../../manifest/index.ts';
import {
  createAuditSink,
  createJsonlSink,
  readSecretFiles,
  withEnvironment,
  withSecrets,
  type EngineEvent,
  type Environment,
  type TelemetrySink,
} from '../../services/index.ts';
import { loadProject } from './load-project.ts';

const sinks = { 'telemetry.logger': createJsonlSink, 'audit.log': createAuditSink } as const;

export interface SinkProject {
  readonly directory: string;
  readonly project: { readonly plugins: readonly PluginSpec[] };
}

/** The sinks that the plugins of a project are. Rejects with what is wrong with the environment or a secret file. */
export async function openSinks(
  { directory, project: { plugins } }: SinkProject,
  environment: Environment,
): Promise<readonly TelemetrySink[]> {
  const values = withSecrets(environment, await readSecretFiles(plugins, directory));
  return withEnvironment(plugins, values).map(({ type, config }) =>
    sinks[type]({ ...config, path: path.resolve(directory, config.path) }),
  );
}

/**
 * Tells the sinks of a project what happened while no engine is open. The answer says why they were not told, as a sentence: what
 * happened has happened all the same.
 */
export async function tellSinks(directory: string, event: EngineEvent): Promise<string | undefined> {
  try {
    const { compiled, directory: root } = await loadProject(directory);
    if (compiled === undefined) throw new EngineError('MANIFEST_INVALID', 'The manifests have errors.');
    for (const sink of await openSinks({ directory: root, project: compiled.project }, process.env)) {
      sink.write(event);
      await sink.close?.();
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
