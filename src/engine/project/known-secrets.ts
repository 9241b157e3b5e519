import type { ProjectSpec } from '../../manifest/index.ts';
import {
  createEnvironmentValues,
  listedSecrets,
  readSecretFiles,
  withSecrets,
  type Environment,
} from '../../services/index.ts';

/** Keys that providers look for without being told. */
export const keysOfProviders = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OLLAMA_API_KEY'].map(
  (name) => `\${env:${name}}`,
);

type Secretive = Pick<ProjectSpec, 'engine' | 'tools' | 'plugins' | 'hooks' | 'memory'>;

/** Takes out what manifests name of the environment and of secret files, and the keys of providers, as far as they are set. */
export function knownSecrets(
  { engine, tools, plugins, hooks, memory }: Secretive,
  environment: Environment,
): Pick<ReturnType<typeof createEnvironmentValues>, 'redact' | 'redactAll'> {
  return createEnvironmentValues([], environment, [
    keysOfProviders,
    engine,
    tools,
    plugins,
    hooks,
    memory,
    listedSecrets(tools),
  ]);
}

/** The same, with the files as they are now. */
export async function readKnownSecrets(
  project: Secretive,
  directory: string,
  environment: Environment,
): Promise<ReturnType<typeof knownSecrets>> {
  const { engine, tools, plugins, hooks, memory } = project;
  const files = await readSecretFiles([engine, tools, plugins, hooks, memory], directory);
  return knownSecrets(project, withSecrets(environment, files));
}
