import { hashOf, type RunnablePipeline, type StageRunner } from '../hosts/index.ts';
import { createWorkflowStepper } from '../machines/index.ts';
import type { ProjectSpec } from '../manifest/index.ts';
import type { CompiledProject } from '../manifest-compiler/index.ts';
import {
  assembleContext,
  costOf,
  createMemoryStores,
  createSchemaValidator,
  createToolRuntime,
  type MemoryStores,
  type ToolDefinition,
  type ToolHandler,
  type ToolRuntime,
} from '../services/index.ts';
import { EngineError } from '../errors/index.ts';
import { withEnvironment, type Environment } from './environment.ts';
import { readyAgents } from './ready-agents.ts';
import { createStageRunner } from './stage-runner.ts';
import { createActorWork, type ActorWork } from './actor-work.ts';
import type { Telemetry } from './telemetry.ts';

/** Everything a task needs that began with one version of the manifests. */
export interface Definition {
  readonly hash: string;
  readonly compiled: CompiledProject;
  readonly runStage: StageRunner;
  /** Throws ENGINE_BUG for a pipeline that the definition does not have. */
  runnable(pipeline: string): RunnablePipeline;
  endTask(taskId: string): Promise<void>;
  close(): Promise<void>;
}

export interface DefinitionContext {
  readonly directory: string;
  readonly stateDirectory: string;
  readonly environment: Environment;
  readonly handlers: ReadonlyMap<string, ToolHandler | ToolDefinition>;
  readonly telemetry: Telemetry;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const defaultMaxParallel = 8;
const defaultMaxValueBytes = 8 * 1_048_576;

/** Content address of the manifests of a project: equal manifests have equal hashes, wherever they lie. */
export function definitionText(project: ProjectSpec): { readonly hash: string; readonly text: string } {
  const text = JSON.stringify(project);
  return { hash: hashOf(text), text };
}

/** Loads the services that a definition names. Rejects with an EngineError for a model or tool that cannot be loaded. */
export async function createDefinition(compiled: CompiledProject, context: DefinitionContext): Promise<Definition> {
  const { project } = compiled;
  const validator = createSchemaValidator(project.schemas);
  const tools = await createToolRuntime({
    tools: withEnvironment(project.tools, context.environment),
    permissions: project.engine.permissions ?? {},
    projectDirectory: context.directory,
    schemas: validator,
    handlers: context.handlers,
    stateDirectory: context.stateDirectory,
  });
  const stores = createMemoryStores(project.memory, { projectDirectory: context.directory, now: context.now });
  const work = createActorWork({
    templates: project.pipelines.pipeline_templates,
    services: { validator, assembleContext, hash: hashOf, costOf, now: context.now },
    tools,
    stores,
  });
  return assemble({ compiled, tools, stores, work }, context);
}

interface Parts {
  readonly compiled: CompiledProject;
  readonly tools: ToolRuntime;
  readonly stores: MemoryStores;
  readonly work: ActorWork;
}

function assemble({ compiled, tools, stores, work }: Parts, context: DefinitionContext): Definition {
  const { project } = compiled;
  const runStage = createStageRunner({
    agents: readyAgents(compiled, context.environment),
    work,
    stores,
    maxValueBytes: project.engine.limits?.max_value_bytes ?? defaultMaxValueBytes,
    tellerFor: (call) => context.telemetry.tellerFor(call),
  });
  const runnables = new Map<string, RunnablePipeline>();
  return {
    hash: definitionText(project).hash,
    compiled,
    runStage,
    runnable(id) {
      const known = runnables.get(id) ?? makeRunnable(compiled, id);
      runnables.set(id, known);
      return known;
    },
    endTask: (taskId) => work.endTask(taskId),
    async close() {
      await tools.close();
      await stores.close();
    },
  };
}

function makeRunnable({ project, pipelines }: CompiledProject, id: string): RunnablePipeline {
  const pipeline = pipelines.get(id);
  if (pipeline === undefined) throw new EngineError('ENGINE_BUG', `The definition has no pipeline "${id}".`);
  const { graph } = pipeline;
  const stepper = createWorkflowStepper(graph, pipeline.chart());
  const maxParallel = project.engine.defaults?.max_parallel ?? defaultMaxParallel;
  return { pipeline, core: { graph, stepper }, maxParallel };
}
