import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../errors/index.ts';
import { durationMs, type PermissionsSpec, type ToolSpec } from '../../manifest/index.ts';
import {
  createEnvironmentValues,
  createLevels,
  listedSecrets,
  narrow,
  resolveLevel,
  resolvePolicy,
  secretPaths,
  secretsOfTools,
  type DeclaredLevel,
  type Environment,
  type EnvironmentValues,
  type PermissionLevel,
  type PermissionPolicy,
  type Redaction,
  type Resolving,
  type StoreFile,
} from '../security/index.ts';
import { createAdapter } from './adapters.ts';
import type { ToolAdapter } from './adapter.ts';
import type { ToolDefinition, ToolHandler } from './define-tool.ts';
import { systemResolver, type HostResolver } from './http/host-resolver.ts';
import { quote } from './failures.ts';
import type { McpServers } from './mcp/mcp-servers.ts';
import type { ToolSchemas } from './port.ts';
import { createSerializer } from './serialize.ts';

export interface ToolRuntimeOptions {
  /** As declared, with every `${env:NAME}`. */
  readonly tools: Readonly<Record<string, ToolSpec>>;
  /** The widest anything may get, as declared. Nothing is permitted by default. */
  readonly permissions: PermissionsSpec;
  readonly projectDirectory: string;
  readonly schemas: ToolSchemas;
  /** Handlers of `registered` tools by name; may be filled later, it is looked into at each call. */
  readonly handlers: ReadonlyMap<string, ToolHandler | ToolDefinition>;
  /** Journals and state of the engine, relative to the project directory: no tool gets at it. */
  readonly stateDirectory: string;
  /** Values for `${env:NAME}` and `${file:path}` in tools and permissions. Default: none. */
  readonly environment?: Environment;
  /** Other parts of manifests, as declared, whose values no output may hold. Default: none. */
  readonly secrets?: unknown;
  /** Files of memory stores: no filesystem tool gets at them. Default: none. */
  readonly storeFiles?: readonly StoreFile[];
  /** What the engine reads of a project, relative to its directory: no tool changes it. Default: none. */
  readonly ownFiles?: readonly string[];
  /** Where the names of hosts lead. Default: what the system says. */
  readonly resolveHost?: HostResolver;
}

/** A tool with everything that its calls need. */
export interface Tool {
  readonly name: string;
  readonly spec: ToolSpec;
  readonly adapter: ToolAdapter;
  readonly values: EnvironmentValues;
  readonly secrets: Redaction;
  readonly policy: PermissionPolicy;
  /** A level of a call with its real directories, found once. */
  readonly levelOf: (declared: DeclaredLevel) => Promise<PermissionLevel>;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

const defaultTimeoutMs = 60_000;
const defaultMaxOutputBytes = 1_048_576;

/** Makes all tools of a project. Rejects with an EngineError for what is wrong in the manifests or modules. */
export async function loadTools(options: ToolRuntimeOptions, servers: McpServers): Promise<ReadonlyMap<string, Tool>> {
  const projectDirectory = await realProjectDirectory(options.projectDirectory);
  const values = createEnvironmentValues([options.tools, options.permissions], options.environment ?? {}, [
    options.secrets,
    listedSecrets(options.tools),
  ]);
  const secrets = createEnvironmentValues([], options.environment ?? {}, [
    options.secrets,
    secretsOfTools(options.tools),
  ]);
  const { resolve } = values;
  const { stateDirectory, storeFiles = [], ownFiles = [] } = options;
  const secretFiles = secretPaths([options.tools, options.secrets]);
  const shared = {
    projectDirectory,
    writtenProjectDirectory: path.resolve(options.projectDirectory),
    schemas: options.schemas,
    handlers: options.handlers,
    values,
    secrets,
    resolveHost: options.resolveHost ?? systemResolver,
    servers,
    serialize: createSerializer(),
  };
  const ofEngine = await resolvePolicy(options.permissions, {
    projectDirectory,
    stateDirectory,
    secretFiles,
    storeFiles,
    ownFiles,
    resolve,
  });
  // What agents and tasks write is taken as it is: nothing of the environment is put into it.
  const levelOf = createLevels({ projectDirectory, resolve: (declared) => declared });
  const tools = new Map<string, Tool>();
  for (const [name, spec] of Object.entries(options.tools)) {
    const limits = {
      timeoutMs: spec.timeout === undefined ? defaultTimeoutMs : durationMs(spec.timeout),
      maxOutputBytes: spec.max_output_bytes ?? defaultMaxOutputBytes,
    };
    const policy = await toolPolicy(ofEngine, { name, spec }, { projectDirectory, resolve });
    const hasOpenNetwork = [options.permissions, spec.permissions].every(isOpen);
    const environment = { ...shared, policy, hasOpenNetwork, name, maxOutputBytes: limits.maxOutputBytes };
    const adapter = await createAdapter(spec.type, spec, environment);
    tools.set(name, { name, spec, adapter, values, secrets, policy, levelOf, ...limits });
  }
  return tools;
}

/** A level that says nothing leaves it to the engine, which permits nothing that it does not list. */
function isOpen(permissions: PermissionsSpec | undefined, at: number): boolean {
  const allowed = permissions?.network?.allow ?? (at === 0 ? [] : ['*']);
  return allowed.includes('*') && (permissions?.network?.deny ?? []).length === 0;
}

async function toolPolicy(
  ofEngine: PermissionPolicy,
  { name, spec: { permissions } }: Pick<Tool, 'name' | 'spec'>,
  places: Resolving,
): Promise<PermissionPolicy> {
  if (permissions === undefined) return ofEngine;
  return narrow(ofEngine, [
    await resolveLevel({ name: 'tool', place: `tools.${name}.permissions`, permissions }, places),
  ]);
}

async function realProjectDirectory(declared: string): Promise<string> {
  try {
    return await realpath(declared);
  } catch (error) {
    throw new EngineError('MANIFEST_DIRECTORY_MISSING', `The project directory ${quote(declared)} cannot be opened.`, {
      hint: 'Name a directory that exists.',
      cause: error,
    });
  }
}
