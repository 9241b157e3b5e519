import { hashOf, type StageRunner, type TaskRecord } from '../hosts/index.ts';
import type { CompiledProject } from '../manifest-compiler/index.ts';
import {
  assembleContext,
  costOf,
  createMemoryStores,
  createSchemaValidator,
  createToolRuntime,
  estimateTokens,
} from '../services/index.ts';
import { createActorWork } from './actor-work.ts';
import type { DefinitionContext } from './definition-context.ts';
import { readyAgents } from './ready-agents.ts';
import { createStageRunner } from './stage-runner.ts';
import { defaultMaxValueBytes } from './value-size.ts';

/** What the stages of one definition run on. */
export interface DefinitionServices {
  readonly runStage: StageRunner;
  restore(task: TaskRecord): Promise<void>;
  endTask(taskId: string, isOver: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Loads the models, tools and stores that the manifests name. */
export async function loadServices(compiled: CompiledProject, context: DefinitionContext): Promise<DefinitionServices> {
  const { project } = compiled;
  const { directory: projectDirectory, environment, handlers, stateDirectory, telemetry, now } = context;
  const agents = readyAgents(compiled, environment);
  const validator = createSchemaValidator(project.schemas);
  const tools = await createToolRuntime({
    tools: project.tools,
    permissions: project.engine.permissions ?? {},
    environment,
    projectDirectory,
    schemas: validator,
    handlers,
    stateDirectory,
  });
  const onQuarantine = telemetry.tellQuarantine;
  const stores = createMemoryStores(project.memory, { projectDirectory, now, onQuarantine });
  const services = { validator, assembleContext, hash: hashOf, costOf, estimateTokens, now };
  const work = createActorWork({ templates: project.pipelines.pipeline_templates, services, tools, stores });
  const maxValueBytes = project.engine.limits?.max_value_bytes ?? defaultMaxValueBytes;
  return {
    runStage: createStageRunner({ agents, work, stores, maxValueBytes, tellerFor: telemetry.tellerFor }),
    restore: (task) => work.restore(task),
    endTask: (taskId, isOver) => work.endTask(taskId, isOver),
    async close() {
      await tools.close();
      await stores.close();
    },
  };
}
