import { EngineError } from '../../errors/index.ts';
import type { Clock } from '../../hosts/index.ts';
import { durationMs, type HookPluginSpec, type ProjectSpec } from '../../manifest/index.ts';
import {
  askCode,
  createPiiRedactor,
  createPluginSet,
  createRateLimiter,
  loadPlugin,
  longestWaitMs,
  pluginFault,
  readSecretFiles,
  withEnvironment,
  withSecrets,
  type Environment,
  type EventData,
  type Plugin,
  type PluginSet,
  type TelemetrySink,
} from '../../services/index.ts';
import { readKnownSecrets } from '../project/known-secrets.ts';
import { sameName, setupFailed, unusable, useOf, type PluginUse } from './plugin-use.ts';
import { pluginSink, type ReportListener } from './plugin-sink.ts';

export interface EnginePlugins {
  readonly set: PluginSet;
  /** Loads those of the manifests and sets all up, once. Rejects with PLUGIN_INVALID, PLUGIN_SETUP_FAILED. */
  open(): Promise<void>;
  /** Waits for work that opens the engine; when it fails, there is no engine to close. */
  during(work: Promise<unknown>): Promise<void>;
  /** Tells what has failed so far, and from now on at once: plugins are set up before there are sinks to be told. */
  listen(): void;
  /** Adds one more. Rejects as `open` does. */
  use(use: Plugin | PluginUse): Promise<void>;
  /** Has all that were set up clean up behind themselves, the last one first. */
  close(): Promise<void>;
}

export interface EnginePluginsOptions {
  readonly project: Pick<ProjectSpec, 'engine' | 'tools' | 'plugins' | 'hooks' | 'memory'>;
  readonly directory: string;
  readonly environment: Environment;
  readonly given: readonly (Plugin | PluginUse)[] | undefined;
  readonly clock: Clock;
  /** Tells of what belongs to no task. */
  readonly tell: (data: EventData<'plugin.failed'>) => void;
  readonly addSink: (sink: TelemetrySink) => unknown;
}

const defaultTimeoutMs = 5_000;
/** A plugin may wait for a connection when it is set up, and for what it has still to send when the engine is closed. */
const setupLimitMs = 30_000;

export function createEnginePlugins(options: EnginePluginsOptions): EnginePlugins {
  const { clock, given = [] } = options;
  const set = createPluginSet({
    startTimer: (delayMs, onDue) => clock.startTimer(delayMs, onDue),
    now: () => clock.now(),
  });
  const state: State = { options, set, names: new Set(), tearDowns: [], isClosed: false, untold: [] };
  let opening: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  const openAll = async (): Promise<void> => {
    try {
      const { project, directory, environment } = options;
      set.protect(await readKnownSecrets(project, directory, environment));
      const declared = await declaredPlugins(options);
      for (const use of [...declared, ...given]) await add(state, useOf(use));
    } catch (error) {
      await tearDown(state);
      throw error;
    }
  };
  const open = async (): Promise<void> => (opening ??= openAll());
  return {
    set,
    open,
    async use(use) {
      if (closing !== undefined) throw new EngineError('ENGINE_CLOSED', 'The engine has been closed.');
      await open();
      await add(state, useOf(use));
    },
    async during(work) {
      try {
        await work;
      } catch (error) {
        await tearDown(state);
        throw error;
      }
    },
    listen() {
      const untold = state.untold ?? [];
      state.untold = undefined;
      for (const data of untold) options.tell(data);
    },
    close: async () => (closing ??= tearDown(state)),
  };
}

interface State {
  readonly options: EnginePluginsOptions;
  readonly set: PluginSet;
  readonly names: Set<string>;
  readonly tearDowns: Plugin[];
  /** Nothing is told any more once its plugins are torn down. */
  isClosed: boolean;
  /** Absent once somebody listens. */
  untold: EventData<'plugin.failed'>[] | undefined;
}

function tell({ options, untold }: State, data: EventData<'plugin.failed'>): void {
  if (untold === undefined) options.tell(data);
  else untold.push(data);
}

async function declaredPlugins(options: EnginePluginsOptions): Promise<readonly PluginUse[]> {
  const { project, directory, environment } = options;
  const declared = project.hooks ?? [];
  if (declared.length === 0) return [];
  const values = withSecrets(environment, await readSecretFiles(declared, directory));
  const specs = withEnvironment(declared, values);
  return Promise.all(specs.map(async (spec, index) => declaredPlugin(spec, { index, ...options })));
}

async function declaredPlugin(
  spec: HookPluginSpec,
  { index, directory, clock }: EnginePluginsOptions & { readonly index: number },
): Promise<PluginUse> {
  const { name, critical = false } = spec;
  switch (spec.type) {
    case 'module': {
      const { module, config = {}, timeout } = spec;
      const plugin = await loadPlugin({ name, index, module, projectDirectory: directory });
      const bound = timeout === undefined ? {} : { timeoutMs: durationMs(timeout) };
      return { plugin: renamed(plugin, name), critical, config, ...bound };
    }
    case 'rate_limiter': {
      const { limits } = spec.config;
      const startTimer: Clock['startTimer'] = (delayMs, onDue) => clock.startTimer(delayMs, onDue);
      const plugin = createRateLimiter(name, { limits, now: () => clock.now(), startTimer });
      return { plugin, critical, timeoutMs: longestWaitMs(limits) + defaultTimeoutMs };
    }
    case 'pii_redactor':
      return { plugin: createPiiRedactor(name, spec.config ?? {}), critical };
  }
}

/** In a project a plugin goes by the name that its manifest gives it. */
function renamed(plugin: Plugin, name: string): Plugin {
  return {
    name,
    version: plugin.version,
    ...(plugin.hooks !== undefined && { hooks: plugin.hooks }),
    ...(plugin.events !== undefined && { events: plugin.events }),
    ...(plugin.steps !== undefined && { steps: plugin.steps }),
    setup: (config) => plugin.setup?.(config),
    teardown: () => plugin.teardown?.(),
  };
}

async function add(state: State, use: PluginUse): Promise<void> {
  const { plugin, critical = false, timeoutMs = defaultTimeoutMs, config } = use;
  const fault = pluginFault(plugin) ?? (state.names.has(plugin.name) ? sameName : undefined);
  if (fault !== undefined) throw unusable(plugin, fault);
  const { name, hooks = {}, steps = {}, events } = plugin;
  state.names.add(name);
  const thrown = await setUp(state, plugin, config);
  const failed = thrown === undefined ? undefined : state.set.secrets.redact(thrown);
  if (failed !== undefined) {
    if (critical) throw setupFailed(name, failed);
    tell(state, { plugin: name, point: 'setup', problem: failed, critical });
    return;
  }
  state.tearDowns.push(plugin);
  state.set.add({ plugin: name, hooks: { ...hooks }, steps: { ...steps }, critical, timeoutMs });
  if (events !== undefined) state.options.addSink(pluginSink(name, { ...events }, reporter(state, name)));
}

function reporter(state: State, plugin: string): ReportListener {
  return (point, problem) => {
    if (!state.isClosed) tell(state, { plugin, point, problem, critical: false });
    return !state.isClosed;
  };
}

async function setUp(state: State, plugin: Plugin, config: unknown): Promise<string | undefined> {
  if (plugin.setup === undefined) return undefined;
  const asked = await bounded(state, async () => plugin.setup?.(config));
  return asked !== 'stopped' && 'problem' in asked ? asked.problem : undefined;
}

async function tearDown(state: State): Promise<void> {
  state.isClosed = true;
  for (const plugin of state.tearDowns.splice(0).toReversed()) {
    const asked = await bounded(state, async () => plugin.teardown?.());
    if (asked === 'stopped' || !('problem' in asked)) continue;
    const problem = state.set.secrets.redact(asked.problem);
    tell(state, { plugin: plugin.name, point: 'teardown', problem, critical: false });
  }
}

async function bounded({ set }: State, run: () => Promise<unknown>): ReturnType<typeof askCode> {
  return askCode(run, { timeoutMs: setupLimitMs, startTimer: set.startTimer, now: set.now });
}
