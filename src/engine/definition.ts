import { hashOf, type RunnablePipeline, type StageRunner } from '../hosts/index.ts';
import { createTableStepper } from '../machines/index.ts';
import { durationMs, type ProjectSpec } from '../manifest/index.ts';
import type { CompiledProject } from '../manifest-compiler/index.ts';
import { EngineError } from '../errors/index.ts';
import type { ModelChoice, ToolRuntime } from '../services/index.ts';
import { loadServices, type DefinitionServices } from './definition-services.ts';
import { openWorkspaceTools } from './definition-tools.ts';
import type { DefinitionContext } from './definition-context.ts';

/** Everything a task needs that began with one version of the manifests. */
export interface Definition {
  readonly hash: string;
  readonly compiled: CompiledProject;
  /** Throws ENGINE_BUG for a pipeline that the definition does not have. */
  runnable(pipeline: string): RunnablePipeline;
  /** Loads what stages need to run, once. Rejects with an EngineError for a model or tool that cannot be loaded. */
  load(): Promise<DefinitionServices>;
  /** The tools with these names alone; the caller closes them. Needs nothing to be loaded. */
  openTools(names: ReadonlySet<string>): Promise<ToolRuntime>;
  /** What `model: auto` stands for; nothing before it is loaded. */
  modelChoices(): readonly ModelChoice[];
  /** Throws ENGINE_BUG before it is loaded. */
  readonly runStage: StageRunner;
  endTask(taskId: string, isOver: boolean): Promise<void>;
  close(): Promise<void>;
}

const defaultMaxParallel = 8;

/** Content address of the manifests of a project: equal manifests have equal hashes, wherever they lie. */
export function definitionText(project: ProjectSpec): { readonly hash: string; readonly text: string } {
  const text = JSON.stringify(project);
  return { hash: hashOf(text), text };
}

export function definitionHash({ project }: Pick<CompiledProject, 'project'>): string {
  return definitionText(project).hash;
}

/** A definition can be looked at before its services are loaded: tasks are read without the tools that they used. */
export function createDefinition(compiled: CompiledProject, context: DefinitionContext): Definition {
  const { hash } = definitionText(compiled.project);
  const runnables = new Map<string, RunnablePipeline>();
  let loading: Promise<DefinitionServices> | undefined;
  let loaded: DefinitionServices | undefined;
  const load = async (): Promise<DefinitionServices> => {
    try {
      loaded = await loadServices(compiled, context);
      return loaded;
    } catch (error) {
      loading = undefined; // what it lacks may be there the next time
      throw error;
    }
  };
  return {
    hash,
    compiled,
    load: () => (loading ??= load()),
    modelChoices: () => loaded?.modelChoices ?? [],
    openTools: (names) => openWorkspaceTools(compiled, context, names),
    runnable(id) {
      const known = runnables.get(id) ?? makeRunnable(compiled, id);
      runnables.set(id, known);
      return known;
    },
    runStage(call) {
      if (loaded === undefined)
        throw new EngineError('ENGINE_BUG', `The services of definition "${hash}" are not loaded.`);
      return loaded.runStage(call);
    },
    endTask: async (taskId, isOver) => loaded?.endTask(taskId, isOver),
    close: async () => loaded?.close(),
  };
}

/** The machine of a pipeline, and what a host has to know besides. */
export function makeRunnable({ project, pipelines, bodies }: CompiledProject, id: string): RunnablePipeline {
  const pipeline = pipelines.get(id) ?? bodies.get(id);
  if (pipeline === undefined) throw new EngineError('ENGINE_BUG', `The definition has no pipeline "${id}".`);
  const { graph } = pipeline;
  const maxParallel = project.engine.defaults?.max_parallel ?? defaultMaxParallel;
  // XState's own steps would cost more than everything else that a host does for a stage.
  const core = { graph, stepper: createTableStepper(graph) };
  const { timeout } = pipeline.workflow;
  return { pipeline, core, maxParallel, ...(timeout !== undefined && { taskTimeoutMs: durationMs(timeout) }) };
}
