import type { CompiledProject } from '../manifest-compiler/index.ts';
import {
  createSchemaValidator,
  createToolRuntime,
  readSecretFiles,
  secretPaths,
  storeFiles,
  withSecrets,
  type ToolRuntime,
  type ToolRuntimeOptions,
} from '../services/index.ts';
import type { DefinitionContext } from './definition-context.ts';
import { keysOfProviders } from './project/known-secrets.ts';
import { auditFiles, ownFiles, ownModules } from './project/own-files.ts';

/**
 * The tools of a definition that keep a record of what they do to files, among those with these names. Needs no models, and none of
 * the code that other tools load.
 */
export async function openWorkspaceTools(
  compiled: CompiledProject,
  context: DefinitionContext,
  names: ReadonlySet<string>,
): Promise<ToolRuntime> {
  const { project } = compiled;
  const tools = Object.fromEntries(Object.entries(project.tools).filter(([name]) => names.has(name)));
  const schemas = createSchemaValidator(project.schemas);
  return createToolRuntime({ ...toolOptions(compiled, await withSecretFiles(compiled, context)), tools, schemas });
}

/** What the tools of a definition may touch, and what they may not whatever they are permitted. */
export function toolOptions(
  { project }: CompiledProject,
  context: DefinitionContext,
): Omit<ToolRuntimeOptions, 'tools' | 'schemas'> {
  const { directory: projectDirectory, environment, handlers, stateDirectory } = context;
  const { engine, plugins, hooks, memory } = project;
  const askers = [...Object.values(engine.models ?? {}), memory.memory?.embedding ?? {}];
  const keys = askers.flatMap((asker) => ('api_key' in asker ? [asker.api_key] : []));
  // Addresses and names of the environment are no secrets, and would be missed in outputs.
  const secrets = [
    keysOfProviders,
    keys,
    secretPaths([engine, plugins, hooks, memory]).map((file) => `\${file:${file}}`),
  ];
  return {
    permissions: engine.permissions ?? {},
    environment,
    secrets,
    projectDirectory,
    handlers,
    stateDirectory,
    ownFiles: context.hasManifestFiles ? ownFiles(project) : ownModules(project),
    storeFiles: [
      ...storeFiles(memory, { projectDirectory, stateDirectory, environment }),
      ...auditFiles(plugins, { projectDirectory, environment }),
    ],
  };
}

/** Each definition reads the secret files that its manifests name, when it is loaded. */
export async function withSecretFiles(
  { project }: CompiledProject,
  context: DefinitionContext,
): Promise<DefinitionContext> {
  const { engine, tools, plugins, hooks, memory } = project;
  const secrets = await readSecretFiles([engine, tools, plugins, hooks, memory], context.directory);
  return { ...context, environment: withSecrets(context.environment, secrets) };
}
