import { EngineError, type Failure } from '../../errors/index.ts';
import {
  forkFacts,
  forkTask,
  journalLines,
  type Host,
  type JournalLine,
  type ReplayReport,
  type TaskRecord,
} from '../../hosts/index.ts';
import type { TaskStore } from '../../services/index.ts';
import type { DefinitionTable } from '../definition-table.ts';
import { readingOf } from '../overrides/task-overrides.ts';
import type { ConsentFile } from '../project/consent-file.ts';
import { planFork, type ForkOptions, type PassedFork, type PlannedFork } from './fork-plan.ts';
import { migrated, moveToLatest, planFor, planOf, type MigrationPlan } from './migration.ts';
import { noState } from './no-state.ts';
import type { TaskHooks } from '../plugins/task-hooks.ts';
import { replayTree, storedRow, taskAt, type ReplayOptions, type TravelSource } from './task-points.ts';
import { viewOf, type TaskView } from '../task-view.ts';
import type { Telemetry } from '../telemetry.ts';

/** A fork that was created, and with `latest` what became of its finished stages. */
export interface ForkedTask extends TaskView {
  readonly migration?: MigrationPlan;
}

/** Looking back, and going on from there. All throw HOST_NO_STATE on the memory host, which keeps no journal. */
export interface TimeTravel {
  /** What happened to a task, entry by entry. */
  journal(id: string): Promise<readonly JournalLine[]>;
  /**
   * Reduces the journals of a task and those below it again, without effects, and compares every row that is stored. Throws
   * TASK_REPLAY_DIFFERS.
   */
  replayTask(id: string, options?: ReplayOptions): Promise<readonly ReplayReport[]>;
  /**
   * Creates a task that shares the history of another one up to a stage or an entry of its journal; `runTask` runs it. The
   * other one may be at work, at rest or over, and stays as it is. Default: from the beginning. Throws TASK_FORK_INVALID,
   * TASK_SEQ_UNKNOWN, TASK_MIGRATION_REFUSED, TASK_ALREADY_EXISTS, TASK_INPUT_INVALID, TASK_INPUT_TOO_LARGE.
   */
  forkTask(id: string, options?: ForkOptions): Promise<ForkedTask>;
  /** What `resumeTask` with `latest` would do. Changes nothing. */
  planMigration(id: string): Promise<MigrationPlan>;
}

export interface TravelContext {
  readonly host: Host;
  readonly definitions: DefinitionTable;
  readonly telemetry: Telemetry;
  readonly store: TaskStore | undefined;
  /** Answers that hold for the whole project. */
  readonly consents: Pick<ConsentFile, 'find'>;
  readonly hooks: TaskHooks;
  readonly now: () => number;
}

export function createTimeTravel(context: TravelContext): TimeTravel {
  return {
    journal: async (id) => {
      const source = sourceOf(context, id);
      return journalLines(storedRow(source, id), source);
    },
    replayTask: async (id, options) => replayTree(sourceOf(context, id), id, options),
    forkTask: async (id, options = {}) => passedFork(context, id, options),
    planMigration: async (id) => planOf(context, sourceOf(context, id), id),
  };
}

/** A task as it stands, or as it stood after an entry of its journal. */
export function recordAt(context: TravelContext, id: string, at?: number): TaskRecord {
  if (at === undefined) return context.host.view(id);
  const source = sourceOf(context, id);
  return taskAt(source, storedRow(source, id), at);
}

/** Brings a task over to the manifests of today, if it has others. */
export function takeLatest(context: TravelContext, id: string): void {
  const { host, store, telemetry, definitions } = context;
  const { definition } = host.view(id).creation;
  if (definition === definitions.current.hash) return;
  if (store === undefined || host.isAtWork(id)) throw atWork(id);
  const { task, plan, told } = moveToLatest(context, sourceOf(context, id), id);
  const { kept, lost } = plan;
  const data = { definition: plan.definition, before: definition, kept: kept.length, lost: lost.length };
  telemetry.tell(task, { type: 'task.migrated', data });
  for (const { task: child, fact, place } of told) telemetry.tell(child, fact, place);
}

function atWork(id: string): EngineError {
  return new EngineError('TASK_BUSY', `Task "${id}" is at work in this process.`, {
    hint: 'Pause it first, and wait until it rests.',
  });
}

function sourceOf({ host, store, definitions }: TravelContext, id: string): TravelSource {
  if (store === undefined) {
    host.view(id); // throws for a task that is not there
    throw noState('there is no journal to look back on');
  }
  return { store, resolve: (hash, pipeline) => definitions.get(hash).runnable(pipeline) };
}

/** A fork is a task that begins: plugins are asked as they are of any other. Throws TASK_FORK_INVALID when one does not allow it. */
async function passedFork(context: TravelContext, id: string, options: ForkOptions): Promise<ForkedTask> {
  const { host, definitions, hooks, telemetry } = context;
  const { creation } = host.view(id);
  const definition = options.latest === true ? definitions.current : definitions.get(creation.definition);
  const { compiled } = definition;
  const { input = creation.input, mode = creation.mode, tags = creation.tags } = options;
  const prepared = await hooks.prepareFork({ id: options.id ?? id, input, mode, tags }, compiled);
  try {
    if (prepared.refused !== undefined) throw refusedFork(id, prepared.refused);
    const wish = { ...options, ...(prepared.input !== input && { input: prepared.input }) };
    const toRead = { taskId: options.id ?? id, mode, input: wish.input };
    // What keeps a task from being forked is found before a model is paid for.
    const known = plannedFork(context, id, { ...wish, prepared }).overrides;
    const reading = await readingOf(definition, toRead, () => known);
    return fork(context, id, { ...wish, prepared, ...(reading !== undefined && { reading }) });
  } catch (error) {
    telemetry.tellUncreated(prepared.facts);
    throw error;
  }
}

function refusedFork(id: string, { message, details = {} }: Failure): EngineError {
  return new EngineError('TASK_FORK_INVALID', `Task "${id}" cannot be forked: ${message}`, {
    hint: 'Fork it with another request, or ask whoever runs the plugin.',
    details,
  });
}

function plannedFork(context: TravelContext, id: string, options: PassedFork): PlannedFork {
  return planFork({ ...context, sourceOf: () => sourceOf(context, id) }, id, options);
}

function fork(context: TravelContext, id: string, options: PassedFork): ForkedTask {
  const { telemetry } = context;
  const { source, stored, seq, order } = plannedFork(context, id, options);
  const made = forkTask({ ...stored, seq }, source, order);
  const migration = options.latest === true ? planFor(context, made).plan : undefined;
  const commits = options.latest === true ? migrated(context, source, made) : [];
  for (const hash of new Set(made.commits.map(({ task }) => task.definition))) keepDefinition(source, hash);
  source.store.commitAll([...made.commits, ...commits]);
  const facts = forkFacts(made.task, { from: { task: id, seq }, overrides: order.overrides });
  for (const fact of facts) telemetry.tell(made.task, fact, { seq: seq + 1, at: order.at });
  for (const fact of [...options.prepared.facts, ...(options.reading?.facts ?? [])]) telemetry.tell(made.task, fact);
  return { ...viewOf(made.task, false), ...(migration !== undefined && { migration }) };
}

/** Of a task that was moved to other manifests, only its journal may still have those that the fork begins with. */
function keepDefinition({ store }: TravelSource, hash: string): void {
  const text = store.definition(hash) ?? store.artifact(hash);
  if (text !== undefined) store.saveDefinition(hash, text);
}
