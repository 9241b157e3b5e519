import type { StageRunner, TaskRecord } from '../hosts/index.ts';
import { storeNames } from '../actors/index.ts';
import type { ProjectSpec } from '../manifest/index.ts';
import type { CompiledProject } from '../manifest-compiler/index.ts';
import {
  createMemoryStores,
  createSchemaValidator,
  createToolRuntime,
  type MemoryStores,
  type ModelChoice,
  type PluginSet,
  type SchemaValidator,
  type ToolRuntime,
} from '../services/index.ts';
import { createRecorders } from './history/change-log.ts';
import { createAgentServices } from './stages/agent-services.ts';
import { agentTools } from './stages/agent-tools.ts';
import { createConsentRules, type ConsentRules } from './stages/consent-rules.ts';
import { createConsents, type Consents } from './stages/consents.ts';
import { createCallLogs } from './stages/call-logs.ts';
import { createActorWork, type ActorWork, type ActorWorkOptions } from './stages/actor-work.ts';
import type { ToolMemoryOptions } from './stages/tool-memory.ts';
import { observedCalls } from './stage-calls.ts';
import type { DefinitionContext } from './definition-context.ts';
import { toolOptions, withSecretFiles } from './definition-tools.ts';
import { chooseModels } from './stages/auto-models.ts';
import { checkModelKeys } from './stages/model-keys.ts';
import { createBudgets } from './stages/budgets.ts';
import { readyModels } from './stages/ready-models.ts';
import { readyAgents } from './stages/ready-agents.ts';
import type { StageRunnerOptions } from './stages/attempt.ts';
import { createRequestReader, type ReadRequest } from './overrides/request-reader.ts';
import { createOverrideGate } from './overrides/gate.ts';
import { keepingActs } from './plugins/plugin-acts.ts';
import { checkPluginSteps } from './plugins/plugin-steps.ts';
import { createToolHooks } from './plugins/tool-hooks.ts';
import { createStageRunner } from './stages/stage-runner.ts';
import { defaultMaxValueBytes } from './stages/value-size.ts';

/** What the stages of one definition run on. */
export interface DefinitionServices {
  readonly runStage: StageRunner;
  readonly modelChoices: readonly ModelChoice[];
  readonly stores: MemoryStores;
  /** There when an agent is to read requests. */
  readonly readRequest?: ReadRequest;
  restore(task: TaskRecord): Promise<void>;
  endTask(taskId: string, isOver: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Loads the models, tools and stores that the manifests name. */
export async function loadServices(compiled: CompiledProject, outer: DefinitionContext): Promise<DefinitionServices> {
  const { project } = compiled;
  const plugins = await readyPlugins(project, outer);
  const context = await withSecretFiles(compiled, outer);
  const { directory: projectDirectory, environment, telemetry, now, startTimer, saveChange, calls, tasksOf } = context;
  const { compiled: chosen, choices } = await chooseModels(compiled, environment);
  checkModelKeys(chosen, environment);
  const models = readyModels({ project: chosen.project, environment, projectDirectory, startTimer });
  const agents = readyAgents(chosen, models);
  const validator = createSchemaValidator(project.schemas);
  const bounds = toolOptions(compiled, context);
  const tools = await createToolRuntime({ ...bounds, tools: project.tools, schemas: validator });
  const tellerFor = keepingActs(telemetry.tellerFor, calls, now);
  const stores = openStores(project, context);
  const services = createAgentServices(validator, now);
  const work = actorWork(project, context, { services, tools, stores, plugins });
  const maxValueBytes = project.engine.limits?.max_value_bytes ?? defaultMaxValueBytes;
  const changesOf = saveChange === undefined ? undefined : createRecorders({ saveChange, now, maxValueBytes });
  const spending = { callsOf: (taskId: string) => calls.calls(taskId), ...(tasksOf !== undefined && { tasksOf }) };
  const budgets = createBudgets({ project, models, tellerFor, ...spending });
  const rules = createConsentRules(calls, context.consents, now);
  const closing = new AbortController();
  const gate = createOverrideGate({ compiled, stores, calls, rules, now, telemetry });
  return {
    modelChoices: choices,
    stores,
    ...requestReading(compiled, { agents, validator, now, plugins, places: context.places, signal: closing.signal }),
    runStage: createStageRunner({
      agents,
      models,
      project,
      gate,
      ...toolAccess(tools, validator),
      ...pluginAccess({ plugins, tools, validator, tellerFor }),
      work,
      stores,
      now,
      maxValueBytes,
      budgets,
      consents: consentsFor(tools, rules, telemetry),
      places: context.places,
      tellerFor,
      logOf: createCallLogs(calls, now),
      ...(changesOf !== undefined && { changesOf }),
    }),
    restore: (task) => work.restore(task),
    async endTask(taskId, isOver) {
      if (isOver) calls.forget(taskId);
      budgets.endTask(taskId, isOver);
      gate.endTask(taskId);
      await work.endTask(taskId, isOver);
    },
    async close() {
      closing.abort();
      await closeBoth(tools, stores);
    },
  };
}

type ReaderParts = Omit<Parameters<typeof createRequestReader>[0], 'agent' | 'compiled'>;

function requestReading(
  compiled: CompiledProject,
  { agents, ...more }: ReaderParts & { readonly agents: ReturnType<typeof readyAgents> },
): Pick<DefinitionServices, 'readRequest'> {
  const agent = agents.get(compiled.project.engine.overrides?.agent ?? '');
  return agent === undefined ? {} : { readRequest: createRequestReader({ agent, compiled, ...more }) };
}

async function readyPlugins({ pipelines }: ProjectSpec, { plugins }: DefinitionContext): Promise<PluginSet> {
  await plugins.open();
  checkPluginSteps(pipelines.pipeline_templates, plugins.set);
  return plugins.set;
}

function pluginAccess(
  parts: Parameters<typeof createToolHooks>[0],
): Pick<StageRunnerOptions, 'plugins' | 'validator' | 'toolHooks'> {
  return { plugins: parts.plugins, validator: parts.validator, toolHooks: createToolHooks(parts) };
}

function consentsFor(tools: ToolRuntime, rules: ConsentRules, telemetry: DefinitionContext['telemetry']): Consents {
  return createConsents({
    tools,
    rules,
    tell: ({ task, stage }, fact) => telemetry.tell(task, { node: stage.node, ...fact }),
  });
}

async function closeBoth(tools: ToolRuntime, stores: MemoryStores): Promise<void> {
  await tools.close();
  await stores.close();
}

function actorWork(
  project: ProjectSpec,
  { calls, now }: DefinitionContext,
  parts: Pick<ActorWorkOptions, 'services' | 'tools' | 'stores' | 'plugins'>,
): ActorWork {
  const { estimateTokens } = parts.services;
  return createActorWork({
    ...parts,
    templates: project.pipelines.pipeline_templates,
    memory: toolMemory(project, { stores: parts.stores, estimateTokens, now }),
    observedIn: (taskId) => observedCalls(calls.calls(taskId)),
  });
}

function openStores({ memory }: ProjectSpec, context: DefinitionContext): MemoryStores {
  const { directory: projectDirectory, stateDirectory, environment, telemetry, now, startTimer } = context;
  const { tellQuarantine: onQuarantine, tellEmbeddingFailure: onEmbeddingFailure } = telemetry;
  return createMemoryStores(memory, {
    projectDirectory,
    stateDirectory,
    environment,
    startTimer,
    now,
    onQuarantine,
    onEmbeddingFailure,
  });
}

function toolMemory(
  { memory: { memory: stores = {} }, tools }: ProjectSpec,
  more: Pick<ToolMemoryOptions, 'stores' | 'estimateTokens' | 'now'>,
): ToolMemoryOptions {
  const kept = storeNames.filter((name) => (stores[name]?.type ?? 'disabled') !== 'disabled');
  const memoryTools = Object.entries(tools).flatMap(([name, { type }]) => (type.startsWith('memory.') ? [name] : []));
  return { ...more, kept: new Set(kept), memoryTools: new Set(memoryTools) };
}

function toolAccess(
  tools: ToolRuntime,
  validator: SchemaValidator,
): Pick<StageRunnerOptions, 'toolsOf' | 'readArguments' | 'isReadOnly'> {
  return {
    async toolsOf({ tools: names }, bounds) {
      await tools.learn(names, bounds);
      return agentTools(names, tools, validator);
    },
    readArguments: (tool, written, more) => tools.readArguments(tool, written, more),
    isReadOnly: (name) => tools.describe().find((tool) => tool.name === name)?.isReadOnly === true,
  };
}
