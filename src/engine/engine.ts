import path from 'node:path';
import type { Observable } from 'rxjs';
import type { Problem } from '../errors/index.ts';
import {
  createPlaces,
  type Places,
  createLocalHost,
  createMemoryHost,
  rootOf,
  systemClock,
  type Clock,
  type Host,
  type TaskRecord,
} from '../hosts/index.ts';
import type { ProjectSpec } from '../manifest/index.ts';
import type { CompiledProject } from '../manifest-compiler/index.ts';
import {
  withEnvironment,
  type CostSummary,
  type EngineEvent,
  type Environment,
  type ModelChoice,
  type Plugin,
  type TaskStore,
  type TelemetrySink,
  type ToolDefinition,
  type ToolHandler,
} from '../services/index.ts';
import { createDefinitionTable, type DefinitionTable } from './definition-table.ts';
import type { DefinitionContext } from './definition-context.ts';
import { createDefinition, type Definition } from './definition.ts';
import { loadProject, loadTexts, type ProjectFiles } from './project/load-project.ts';
import { placeOf, validProject, type OpenProject } from './project/open-project.ts';
import { registerTool } from './register-tool.ts';
import { callsIn, createCallMemory } from './stages/call-logs.ts';
import { stageLimits } from './stages/stage-limits.ts';
import { createRetention } from './history/retention.ts';
import { createConsentFile, createConsentMemory } from './project/consent-file.ts';
import { addSinks, openStream, type ConsoleUse } from './project/project-sinks.ts';
import type { PluginUse } from './plugins/plugin-use.ts';
import { pluginsFor } from './plugins/plugins-for.ts';
import { createTaskHooks } from './plugins/task-hooks.ts';
import { defaultStateDirectory, findStateDirectory } from './project/state-directory.ts';
import { openStore, projectOfTask } from './project/state-file.ts';
import { createTasks, type Tasks } from './tasks.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';

export interface EngineOptions {
  /** Where tasks are kept: a state file (default), or only the memory of this process. */
  readonly host?: 'local' | 'memory';
  /** Values for `${env:NAME}` in manifests. Default: the environment of this process. */
  readonly environment?: Environment;
  /** Load models and tools when a task first runs: enough to look at tasks without what they need. Default: false. */
  readonly lazy?: boolean;
  /**
   * `full`: subscribers of `events$` are given what models and tools are given and say. Sinks ask for that themselves. Default:
   * metadata.
   */
  readonly payloads?: 'metadata' | 'full';
  /** Time and timers. Default: the system's. */
  readonly clock?: Clock;
  /**
   * What the standard streams of this process are for. Plugins that print use both (`free`, the default), stderr alone, since
   * stdout is for a result (`result`), or say nothing that was not asked for (`quiet`: events, but no summary).
   */
  readonly console?: ConsoleUse;
  /** Plugins of the program, which come behind those of plugins.yaml. */
  readonly plugins?: readonly (Plugin | PluginUse)[];
}

/** Runs the workflow of one project directory. */
export interface Engine extends Tasks {
  readonly directory: string;
  /** What the checks had to say without standing in the way. */
  readonly warnings: readonly Problem[];
  readonly compiled: CompiledProject;
  /** What each model that says `auto` stands for, once models are loaded, which is before the first stage. */
  modelChoices(): readonly ModelChoice[];
  /** Everything that happens, as typed events. Subscribers only take; one that throws breaks the process, as RxJS has it. */
  readonly events$: Observable<EngineEvent>;
  /** What models have cost so far, where a plugin of type `telemetry.cost_summary` adds it up. */
  costs(): CostSummary | undefined;
  /** Sends all events to a sink, too; the answer takes it away again. What it cannot take is dropped, counted and reported. */
  addSink(sink: TelemetrySink): () => void;
  /** Adds a plugin behind all others, for what begins from now on. Rejects with PLUGIN_INVALID, PLUGIN_SETUP_FAILED. */
  use(plugin: Plugin | PluginUse): Promise<void>;
  /** The handler of a tool of type `registered`. Throws TOOL_NOT_REGISTERED when no manifest declares it. */
  registerTool(name: string, handler: ToolHandler | ToolDefinition): void;
  /** Stops all work at once, and waits for it. Tasks that were running can be resumed. */
  close(): Promise<void>;
}

export const Engine = {
  /**
   * Loads a project directory. Rejects with MANIFEST_INVALID, whose `problems` are all that is wrong, or with the error
   * of what could not be opened (MANIFEST_*, MODEL_*, TOOL_*, STORE_*).
   */
  async fromConfigDir(directory: string, options: EngineOptions = {}): Promise<Engine> {
    const loaded = await loadProject(directory, { environment: options.environment ?? process.env });
    return openEngine(validProject(loaded), options);
  },

  /**
   * The same for manifests that are at hand as texts, such as those of `agent-engine/patterns`. What they name by a relative
   * path lies in `directory`, by default that of the process, and so does the state.
   */
  async fromManifests(
    files: ProjectFiles,
    options: EngineOptions & { readonly directory?: string } = {},
  ): Promise<Engine> {
    const { directory = '.', environment = process.env } = options;
    const project = validProject(await loadTexts(files, directory, { environment }));
    const { state_dir: declared = defaultStateDirectory } = project.compiled.project.engine;
    return openEngine(
      {
        ...project,
        stateDirectory: path.resolve(project.directory, withEnvironment(declared, environment)),
        hasManifestFiles: false,
      },
      options,
    );
  },

  /**
   * Opens a project for a task of its state file, with the manifests that the task has: those in the directory may be
   * others, or broken. New tasks get these manifests, too. Modules of tools are loaded as they are. Rejects with
   * TASK_NOT_FOUND, and as `fromConfigDir` does.
   */
  async forTask(directory: string, taskId: string, options: Omit<EngineOptions, 'host'> = {}): Promise<Engine> {
    const compiled = await projectOfTask(directory, rootOf(taskId));
    return openEngine({ directory: path.resolve(directory), compiled, warnings: [] }, { ...options, host: 'local' });
  },
};

export async function openEngine(project: OpenProject, options: EngineOptions): Promise<Engine> {
  const { clock = systemClock, environment = process.env, console = 'free' } = options;
  const now = (): number => clock.now();
  const handlers = new Map<string, ToolHandler | ToolDefinition>();
  const stream = await openStream(projectIn(project), environment, options.payloads);
  const telemetry = createTelemetry(stream, now);
  const stateDirectory = project.stateDirectory ?? (await findStateDirectory(project.directory, environment)).path;
  const plugins = pluginsFor(projectIn(project), options, { clock, environment, stream, telemetry });
  const context: DefinitionContext = {
    ...placeOf(project),
    stateDirectory,
    environment,
    handlers,
    telemetry,
    now,
    places: createPlaces(stageLimits(project.compiled.project)),
    plugins,
    startTimer: (delayMs, onDue) => clock.startTimer(delayMs, onDue),
    consents: options.host === 'memory' ? createConsentMemory(now) : createConsentFile(stateDirectory, now),
    calls: options.host === 'memory' ? createCallMemory() : callsIn(() => store),
    ...(options.host !== 'memory' && {
      saveChange: (change, artifacts) => store?.saveChange(change, artifacts),
      tasksOf: (root) => [root, ...host.tasks({ below: root }).map(({ id }) => id)].map((id) => host.view(id)),
    }),
  };
  const current = createDefinition(project.compiled, context);
  if (options.lazy !== true) await plugins.during(current.load());
  const store = options.host === 'memory' ? undefined : await openStore(project.compiled, stateDirectory);
  const definitions = definitionsIn(store, current, context);
  const costs = await addSinks(stream, projectIn(project), { environment, console });
  plugins.listen();
  const pruning = { ...projectIn(project), stateDirectory, store, now, tell: telemetry.tellPruned };
  const retention = createRetention(pruning);
  const host = createHost({ definitions, telemetry, clock, store, places: context.places });
  return {
    directory: project.directory,
    warnings: project.warnings,
    compiled: project.compiled,
    modelChoices: () => definitions.modelChoices(),
    events$: stream.events$,
    costs: () => costs?.summary(),
    addSink: (sink) => stream.addSink(sink),
    ...createTasks({
      ...pruning,
      host,
      definitions,
      telemetry,
      hooks: createTaskHooks(plugins, context.calls, now),
      callsOf: (taskId) => context.calls.calls(taskId),
      consents: context.consents,
      afterTask: () => retention.afterTask(),
    }),
    use: (plugin) => plugins.use(plugin),
    registerTool: (name, handler) => registerTool(project.compiled, handlers, { name, handler }),
    close: async () => {
      for (const part of [retention, host, definitions, plugins]) await part.close();
      await stream.complete();
    },
  };
}

/** A state file that cannot be written is not left open. */
function definitionsIn(store: TaskStore | undefined, current: Definition, context: DefinitionContext): DefinitionTable {
  try {
    return createDefinitionTable(current, context, store);
  } catch (error) {
    store?.close();
    throw error;
  }
}

function projectIn({ directory, compiled }: OpenProject): {
  readonly directory: string;
  readonly project: ProjectSpec;
} {
  return { directory, project: compiled.project };
}

interface HostParts {
  readonly definitions: DefinitionTable;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly store: TaskStore | undefined;
  readonly places: Places;
}

function createHost({ definitions, telemetry, clock, store, places }: HostParts): Host {
  const shared = {
    clock,
    listener: telemetry,
    runStage: definitions.runStage,
    places,
    resolve: (hash: string, pipeline: string) => definitions.get(hash).runnable(pipeline),
    children: {
      async restore(task: TaskRecord) {
        await (await definitions.get(task.creation.definition).load()).restore(task);
      },
      end: (taskId: string, isOver: boolean) => definitions.endTask(taskId, isOver),
    },
  };
  return store === undefined ? createMemoryHost(shared) : createLocalHost({ ...shared, store });
}
