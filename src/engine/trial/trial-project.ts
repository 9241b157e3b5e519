import { EngineError } from '../../errors/index.ts';
import {
  priceOf,
  type MemorySpec,
  type ModelSpec,
  type PluginSpec,
  type ProjectSpec,
  type StoreSpec,
} from '../../manifest/index.ts';
import { compileProject, type CompiledProject } from '../../manifest-compiler/index.ts';

/** Where what models answer is kept, and whether they are asked. */
export interface TrialCassettes {
  /** Folder in the project directory, relative to it; a file for each model. */
  readonly directory: string;
  /** `never` asks nobody, and fails for what is not recorded; `missing` asks for that; `all` for everything. */
  readonly record: 'never' | 'missing' | 'all';
}

export interface TrialChanges {
  /** Asks this agent alone: its answer is the output of the task. */
  readonly agent?: string;
  readonly cassettes?: TrialCassettes;
}

/**
 * A project as it is tried out: memory is that of one engine, nothing is told to sinks, and where cassettes are named, they stand
 * between the agents and the models.
 */
export function trialProject(compiled: CompiledProject, { agent, cassettes }: TrialChanges): CompiledProject {
  const project = agent === undefined ? compiled.project : asking(compiled.project, agent);
  const apart: ProjectSpec = {
    ...project,
    engine: {
      ...project.engine,
      durability: 'process',
      ...(cassettes !== undefined && { models: playedModels(project, cassettes) }),
    },
    memory: memoryOfProcess(project.memory),
    plugins: project.plugins.filter((plugin) => !isSink(plugin)),
  };
  const { compiled: tried } = compileProject(apart);
  if (tried === undefined) throw new EngineError('ENGINE_BUG', 'A project that compiles does not when it is tried.');
  return tried;
}

function isSink({ type }: PluginSpec): boolean {
  return type.startsWith('telemetry.') || type === 'audit.log';
}

const mostItems = 100_000;

function inProcess(store: StoreSpec): StoreSpec {
  return store.type === 'disabled' ? store : { type: 'in_memory', max_messages: store.max_messages ?? mostItems };
}

function memoryOfProcess({ memory = {}, ...rest }: MemorySpec): MemorySpec {
  const { task_store: task, project_store: own, global_store: shared } = memory;
  return {
    ...rest,
    memory: {
      ...memory,
      ...(task !== undefined && { task_store: inProcess(task) }),
      ...(own !== undefined && { project_store: inProcess(own) }),
      ...(shared !== undefined && { global_store: inProcess(shared) }),
    },
  };
}

/** Those that need nobody to answer are asked themselves. */
const ownProviders: ReadonlySet<string> = new Set(['offline', 'scripted', 'replay']);

function playedModels(
  project: ProjectSpec,
  { directory, record }: TrialCassettes,
): Readonly<Record<string, ModelSpec>> {
  const { models = {} } = project.engine;
  const all = { ...usedBesides(project), ...models };
  return Object.fromEntries(
    Object.entries(all).flatMap(([alias, spec]): (readonly [string, ModelSpec])[] => {
      if (ownProviders.has(spec.provider)) return [[alias, spec]];
      const asked = `${alias} (asked)`;
      const price = priceOf(spec);
      const { context_window, max_output_tokens, tool_calls } = spec;
      const played: ModelSpec = {
        provider: 'replay',
        cassette: `${directory}/${fileNameOf(alias)}.json`,
        record,
        ...(record !== 'never' && { records: asked }),
        ...(context_window !== undefined && { context_window }),
        ...(max_output_tokens !== undefined && { max_output_tokens }),
        ...(tool_calls !== undefined && { tool_calls }),
        ...(price !== undefined && { price }),
      };
      return record === 'never'
        ? [[alias, played]]
        : [
            [alias, played],
            [asked, spec],
          ];
    }),
  );
}

/** `auto` needs no entry in engine.yaml, but to be played it gets one. */
function usedBesides({ engine, agents }: ProjectSpec): Readonly<Record<string, ModelSpec>> {
  const asked = Object.values(agents).some(
    ({ model, fallback_models: others }) => model === 'auto' || others?.includes('auto'),
  );
  return asked || engine.defaults?.model === 'auto' ? { auto: { provider: 'auto' } } : {};
}

function fileNameOf(alias: string): string {
  return encodeURIComponent(alias).replaceAll('.', '%2E');
}

/** The same with a workflow that is one agent. */
function asking(project: ProjectSpec, agent: string): ProjectSpec {
  if (!Object.hasOwn(project.agents, agent))
    throw new EngineError('ENGINE_BUG', `The project has no agent "${agent}".`);
  const { pipeline_templates: templates } = project.pipelines;
  return {
    ...project,
    workflow: { id: agent, nodes: [{ id: agent, type: 'agent', agent, input: {} }], edges: [] },
    workflows: {},
    pipelines: templates === undefined ? {} : { pipeline_templates: templates },
  };
}
