import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, type Failure } from '../../errors/index.ts';
import { durationMs, type PermissionsSpec, type ToolSpec } from '../../manifest/index.ts';
import {
  createEnvironmentValues,
  createLevels,
  narrow,
  resolveLevel,
  resolvePolicy,
  type DeclaredLevel,
  type Environment,
  type EnvironmentValues,
  type PermissionLevel,
  type PermissionPolicy,
  type Resolving,
} from '../security/index.ts';
import { createAdapter } from './adapters.ts';
import { callChecks } from './call-checks.ts';
import type { AdapterDescription, CallContext, PreparedCall, Preparation, ToolAdapter } from './adapter.ts';
import { runBounded, stopFailure } from './bounded-run.ts';
import { capabilitiesWith, isHarmful, riskOf } from './capabilities.ts';
import { consentNeed } from './consent-need.ts';
import type { ToolDefinition, ToolHandler } from './define-tool.ts';
import { systemResolver, type HostResolver } from './http/host-resolver.ts';
import { invalidInput, quote } from './failures.ts';
import { copyAsJson } from './json-value.ts';
import { learnTools } from './learn-tools.ts';
import { createMcpServers, type McpServers } from './mcp/mcp-servers.ts';
import { readArguments } from './read-arguments.ts';
import type { ToolCall, ToolDescription, ToolMode, ToolOutcome, ToolRuntime, ToolSchemas } from './port.ts';
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
  /** Values for `${env:NAME}` in tools and permissions. Default: none. */
  readonly environment?: Environment;
  /** Where the names of hosts lead. Default: what the system says. */
  readonly resolveHost?: HostResolver;
}

interface Tool {
  readonly name: string;
  readonly spec: ToolSpec;
  readonly adapter: ToolAdapter;
  readonly values: EnvironmentValues;
  readonly policy: PermissionPolicy;
  /** A level of a call with its real directories, found once. */
  readonly levelOf: (declared: DeclaredLevel) => Promise<PermissionLevel>;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

const defaultTimeoutMs = 60_000;
const defaultMaxOutputBytes = 1_048_576;
const maxArgumentBytes = 67_108_864;

/**
 * Loads all tools of a project. Rejects with an EngineError for what is wrong in the manifests or modules; what goes
 * wrong later is the outcome of a call.
 */
export async function createToolRuntime(options: ToolRuntimeOptions): Promise<ToolRuntime> {
  const servers = createMcpServers();
  const tools = await loadTools(options, servers);
  const closing = new AbortController();
  const running = new Set<Promise<ToolOutcome>>();
  return {
    readArguments: (name, written, { isCutOff = false } = {}) => {
      const tool = tools.get(name);
      if (tool === undefined) return { ok: false, failure: unknownTool(name, [...tools.keys()]) };
      const { capabilities, inputSchema } = aboutTool(tool);
      return readArguments(
        { tool: name, written, inputSchema, isHarmful: isHarmful(capabilities), isCutOff },
        options.schemas,
      );
    },
    check: (tool, arguments_) => {
      const prepared = prepareCall(tools, { tool, arguments: arguments_ });
      return prepared.ok ? undefined : prepared.failure;
    },
    consent: (call) => {
      const tool = tools.get(call.tool);
      return tool === undefined ? undefined : consentNeed(tool, call);
    },
    call: async (call) => {
      const outcome = callSafely(tools, call, closing.signal);
      running.add(outcome);
      return await outcome.finally(() => running.delete(outcome));
    },
    describe: () => [...tools.values()].map(describeTool),
    learn: async (names, { mode, signal }) => {
      const found = names.flatMap((name) => tools.get(name) ?? []);
      await learnTools(found, { mode, cancelled: signal, closing: closing.signal });
    },
    files: (tool) => tools.get(tool)?.adapter.files,
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
      await servers.close();
    },
  };
}

async function loadTools(options: ToolRuntimeOptions, servers: McpServers): Promise<ReadonlyMap<string, Tool>> {
  const projectDirectory = await realProjectDirectory(options.projectDirectory);
  const values = createEnvironmentValues([options.tools, options.permissions], options.environment ?? {});
  const { resolve } = values;
  const { stateDirectory } = options;
  const shared = {
    projectDirectory,
    writtenProjectDirectory: path.resolve(options.projectDirectory),
    schemas: options.schemas,
    handlers: options.handlers,
    values,
    resolveHost: options.resolveHost ?? systemResolver,
    network: options.permissions.network,
    servers,
    serialize: createSerializer(),
  };
  const ofEngine = await resolvePolicy(options.permissions, { projectDirectory, stateDirectory, resolve });
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
    tools.set(name, { name, spec, adapter, values, policy, levelOf, ...limits });
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

/** The last net: a call has no way to throw. */
async function callSafely(...parameters: Parameters<typeof callTool>): Promise<ToolOutcome> {
  try {
    return await callTool(...parameters);
  } catch {
    const message = 'The tool runtime broke one of its own rules.';
    return { ok: false, failure: { code: 'internal.bug', message, hint: 'Report it with the arguments of the call.' } };
  }
}

async function callTool(tools: ReadonlyMap<string, Tool>, call: ToolCall, closing: AbortSignal): Promise<ToolOutcome> {
  const tool = tools.get(call.tool);
  if (tool === undefined) return { ok: false, failure: unknownTool(call.tool, [...tools.keys()]) };
  const bounds = { tool: tool.name, timeoutMs: tool.timeoutMs, cancelled: call.signal, closing };
  const stopped = stopFailure(bounds);
  if (stopped !== undefined) return { ok: false, failure: stopped };
  const prepared = prepareCall(tools, call);
  const { capabilities } = aboutTool(tool);
  const checks = callChecks(call, { capabilities, values: tool.values });
  if (!prepared.ok) {
    checks.ended(prepared.failure);
    return prepared;
  }
  const act = actions[isHarmful(capabilities) ? call.mode : 'normal'];
  const context = await contextOf(tool, call, checks.allowed);
  const outcome = await runBounded(bounds, async (signal) => await act(prepared.call, { ...context, signal }));
  if (outcome.ok) return outcome;
  const failure = tool.values.redactAll(outcome.failure);
  checks.ended(failure);
  return { ok: false, failure };
}

function prepareCall(tools: ReadonlyMap<string, Tool>, call: Pick<ToolCall, 'tool' | 'arguments'>): Preparation {
  const tool = tools.get(call.tool);
  if (tool === undefined) return { ok: false, failure: unknownTool(call.tool, [...tools.keys()]) };
  const copy = copyAsJson(call.arguments ?? {}, maxArgumentBytes);
  if (copy.ok) return tool.adapter.prepare(copy.value);
  const issue = { path: '', rule: copy.problem, message: `They are no plain JSON: ${copy.reason}.` };
  return { ok: false, failure: invalidInput(tool.name, [issue]) };
}

async function contextOf(
  { policy, levelOf }: Tool,
  call: ToolCall,
  checked: CallContext['checked'],
): Promise<CallContext> {
  const { signal, idempotencyKey, mode, changes, memory, levels = [] } = call;
  const below = await Promise.all(levels.map(levelOf));
  const kept = { ...(changes !== undefined && { changes }), ...(memory !== undefined && { memory }) };
  return { signal, idempotencyKey, mode, policy: narrow(policy, below), checked, ...kept };
}

type Action = (prepared: PreparedCall, context: CallContext) => Promise<ToolOutcome>;

/** What becomes of a call to a tool that could do harm. */
const actions: Readonly<Record<ToolMode, Action>> = {
  normal: async (prepared, context) => await prepared.run(context),
  analysis_only: async () =>
    await Promise.resolve({ ok: true, output: { not_run: 'analysis_only' }, notRun: 'analysis_only' }),
  dry_run: async (prepared, context) => ({ ok: true, output: await prepared.preview(context), notRun: 'dry_run' }),
};

function unknownTool(name: string, known: readonly string[]): Failure {
  const list =
    known.length === 0 ? 'no tool is declared' : `declared are ${known.map((tool) => `"${tool}"`).join(', ')}`;
  return {
    code: 'config.invalid',
    message: `There is no tool ${quote(name)}: ${list}.`,
    hint: 'Declare it in tools.yaml, or call one that is declared.',
  };
}

/** What the tool says of itself, with the capabilities that its manifest adds. */
function aboutTool({ spec, adapter }: Tool): AdapterDescription {
  const description = adapter.describe();
  return { ...description, capabilities: capabilitiesWith(description.capabilities, spec.capabilities) };
}

function describeTool(tool: Tool): ToolDescription {
  const { name, spec, timeoutMs, maxOutputBytes } = tool;
  const description = aboutTool(tool);
  const { capabilities, isReadOnly = !isHarmful(capabilities) } = description;
  const risks = { risk: riskOf(capabilities, spec.risk), isReadOnly };
  return { name, type: spec.type, ...description, ...risks, timeoutMs, maxOutputBytes };
}
