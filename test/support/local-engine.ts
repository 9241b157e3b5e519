import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createDefinitionTable } from '../../src/engine/definition-table.ts';
import { createDefinition } from '../../src/engine/definition.ts';
import { loadProject } from '../../src/engine/project/load-project.ts';
import { createTasks, type Tasks } from '../../src/engine/tasks.ts';
import { createConsentMemory } from '../../src/engine/project/consent-file.ts';
import { callsIn } from '../../src/engine/stages/call-logs.ts';
import { createTaskHooks } from '../../src/engine/plugins/task-hooks.ts';
import { createTelemetry } from '../../src/engine/telemetry.ts';
import { EngineError } from '../../src/errors/index.ts';
import { createLocalHost, createPlaces, type RunnablePipeline, type TaskRecord } from '../../src/hosts/index.ts';
import type { EngineEvent, PluginHooks } from '../../src/index.ts';
import {
  createEventStream,
  createPluginSet,
  createSqliteTaskStore,
  type StoredCall,
  type StoredTask,
  type TaskCommit,
  type TaskStore,
  type ToolHandler,
} from '../../src/services/index.ts';
import { countedTool, type TestTools } from './engine-fixture.ts';
import type { SimulatedClock } from './simulated-clock.ts';

export interface LocalEngine {
  readonly tasks: Tasks;
  readonly calls: string[];
  readonly events: EngineEvent[];
  /** All steps that were written, in order. */
  readonly commits: TaskCommit[];
  /** The same by transaction. */
  readonly writes: (readonly TaskCommit[])[];
  readonly store: TaskStore;
  readonly resolve: (definition: string, pipeline: string) => RunnablePipeline;
  readonly close: () => Promise<void>;
}

export interface LocalOptions {
  readonly tools: TestTools;
  readonly clock: SimulatedClock;
  readonly hooks?: PluginHooks;
  /** Puts another store before the one in the file. */
  readonly wrapStore?: (store: TaskStore) => TaskStore;
}

/** A local host with all that belongs to it, as the engine wires it, over a store that the test can reach. */
export async function openLocal(directory: string, options: LocalOptions): Promise<LocalEngine> {
  const { tools, clock, wrapStore = (store: TaskStore): TaskStore => store } = options;
  const { compiled } = await loadProject(directory);
  if (compiled === undefined) throw new Error('The project has errors.');
  const now = (): number => clock.now();
  const stream = createEventStream();
  const telemetry = createTelemetry(stream, now);
  const calls: string[] = [];
  const events: EngineEvent[] = [];
  stream.events$.subscribe((event) => events.push(event));
  const handlers = new Map<string, ToolHandler>();
  for (const [name, tool] of Object.entries(tools)) handlers.set(name, countedTool(name, tool, calls));
  const stateDirectory = path.join(directory, '.agent-engine');
  const commits: TaskCommit[] = [];
  const writes: (readonly TaskCommit[])[] = [];
  const store = wrapStore(recording(openStateFile(directory), { commits, writes }));
  const consents = createConsentMemory(now);
  const plugins = {
    set: createPluginSet({ startTimer: (delayMs, onDue) => clock.startTimer(delayMs, onDue), now }),
    open: () => Promise.resolve(),
  };
  const { hooks = {} } = options;
  plugins.set.add({ plugin: 'guard', hooks, steps: {}, critical: false, timeoutMs: 5_000 });
  const context = {
    directory,
    stateDirectory,
    hasManifestFiles: false,
    environment: {},
    handlers,
    telemetry,
    now,
    startTimer: (delayMs: number, onDue: () => void) => clock.startTimer(delayMs, onDue),
    consents,
    calls: callsIn(() => store),
    places: createPlaces(new Map()),
    plugins,
  };
  const definitions = createDefinitionTable(createDefinition(compiled, context), context, store);
  const resolve = (hash: string, pipeline: string): RunnablePipeline => definitions.get(hash).runnable(pipeline);
  const { runStage } = definitions;
  const children = {
    async restore(task: TaskRecord): Promise<void> {
      await (await definitions.get(task.creation.definition).load()).restore(task);
    },
    end: (taskId: string, isOver: boolean) => definitions.endTask(taskId, isOver),
  };
  const host = createLocalHost({ clock, listener: telemetry, runStage, resolve, store, children });
  const close = async (): Promise<void> => {
    await host.close();
    await definitions.close();
    await stream.complete();
  };
  onTestFinished(close);
  const tell = telemetry.tellPruned;
  const callsOf = (taskId: string): readonly StoredCall[] => store.calls(taskId);
  return {
    tasks: createTasks({
      host,
      definitions,
      telemetry,
      store,
      now,
      directory,
      stateDirectory: context.stateDirectory,
      project: compiled.project,
      callsOf,
      hooks: createTaskHooks(plugins, context.calls, now),
      tell,
      consents,
    }),
    calls,
    events,
    commits,
    writes,
    store,
    resolve,
    close,
  };
}

export function stateFileOf(directory: string): string {
  return path.join(directory, '.agent-engine', 'state.sqlite');
}

export function openStateFile(directory: string): TaskStore {
  mkdirSync(path.dirname(stateFileOf(directory)), { recursive: true });
  return createSqliteTaskStore({ file: stateFileOf(directory), durability: 'process' });
}

function recording(store: TaskStore, { commits, writes }: Pick<LocalEngine, 'commits' | 'writes'>): TaskStore {
  return withWrites(store, (written, write) => {
    write();
    commits.push(...written);
    writes.push(written);
  });
}

/** A store with something done around each transaction that writes steps of tasks. */
export function withWrites(
  store: TaskStore,
  around: (commits: readonly TaskCommit[], write: () => void) => void,
): TaskStore {
  return {
    ...store,
    commit: (commit) => around([commit], () => store.commit(commit)),
    commitAll: (commits) => around(commits, () => store.commitAll(commits)),
  };
}

/** What the store says of a task after a commit with a checkpoint. */
export function storedBy({ task }: TaskCommit): StoredTask {
  return { ...task, row: task.row ?? '', row_seq: task.row === undefined ? 0 : task.seq };
}

export interface Death {
  /** Transactions that still succeed. */
  readonly after: number;
  /** Whether the transaction at which the store dies reaches the disk. */
  readonly isWritten: boolean;
}

/** A store that dies: its process seems to be killed at a transaction. Its leases end with it. */
export function dyingStore({ after, isWritten }: Death): (store: TaskStore) => TaskStore {
  let count = 0;
  return (store) =>
    withWrites(store, (_, write) => {
      count += 1;
      if (count <= after || (isWritten && count === after + 1)) write();
      if (count > after) throw new EngineError('STORE_UNWRITABLE', 'The disk is gone.', { hint: 'Bring it back.' });
    });
}
