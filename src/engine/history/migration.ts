import { randomUUID } from 'node:crypto';
import { EngineError } from '../../errors/index.ts';
import {
  cancelRecords,
  migrateRecord,
  readHistory,
  rootOf,
  type TaskHistory,
  type TaskRecord,
  type ToldFact,
} from '../../hosts/index.ts';
import { openStatuses } from '../../machines/index.ts';
import {
  migrateTask,
  type CompatibilityVerdict,
  type LostStage,
  type Migration,
} from '../../manifest-compiler/index.ts';
import { currentHolder, type TaskCommit } from '../../services/index.ts';
import type { DefinitionTable } from '../definition-table.ts';
import { definitionText } from '../definition.ts';
import { storedRow, type TravelSource } from './task-points.ts';

/** What becomes of a task that goes on with the manifests of today. */
export interface MigrationPlan {
  /** `same`: it has them already. */
  readonly verdict: CompatibilityVerdict | 'same';
  /** Hash of the manifests of today. */
  readonly definition: string;
  /** Why it is refused, in the words of the manifests; empty otherwise. */
  readonly reasons: readonly string[];
  /** Finished stages that stay so: their old ids and their new ones. */
  readonly kept: readonly { readonly from: string; readonly node: string }[];
  /** Finished stages that do not count any more, with the reason and the tools that would act a second time. */
  readonly lost: readonly LostStage[];
  /** Stages that start next. */
  readonly starts: readonly string[];
}

export interface MigrationContext {
  readonly definitions: DefinitionTable;
  readonly now: () => number;
}

/** How a task would go on. Changes nothing. */
export function planFor({ definitions }: MigrationContext, { task, finished }: TaskHistory): Found {
  const { current } = definitions;
  const { creation, state } = task;
  if (creation.definition === current.hash)
    return { plan: { ...emptyPlan, definition: current.hash, verdict: 'same' } };
  const { control } = state.snapshot.context;
  const before = definitions.get(creation.definition).compiled;
  const migration = migrateTask(before, current.compiled, { pipeline: creation.pipeline, control, finished });
  if (migration.verdict === 'refused') {
    const reasons = migration.reasons.map(({ sentence }) => sentence);
    return { plan: { ...emptyPlan, definition: current.hash, verdict: 'refused', reasons } };
  }
  const { verdict, lost, starts } = migration;
  const kept = migration.kept.map(({ from, node }) => ({ from, node }));
  return { migration, plan: { verdict, definition: current.hash, reasons: [], kept, lost, starts } };
}

interface Found {
  readonly plan: MigrationPlan;
  readonly migration?: Exclude<Migration, { verdict: 'refused' }>;
}

const emptyPlan = { reasons: [], kept: [], lost: [], starts: [] } as const;

/** Brings a task that is in nobody's hands over to the manifests of today; what makes that durable is in the answer. */
export function migrated(
  context: MigrationContext,
  { store }: TravelSource,
  history: TaskHistory,
): readonly TaskCommit[] {
  const { plan, migration } = planFor(context, history);
  const { id, definition } = history.task.creation;
  if (plan.verdict === 'refused') throw refused(id, plan);
  if (migration === undefined) return [];
  const { current } = context.definitions;
  const runnable = current.runnable(migration.pipeline);
  const before = store.definition(definition) ?? store.artifact(definition) ?? '';
  return [migrateRecord(history.task, { migration, before, definition: current.hash, runnable, at: context.now() })];
}

function refused(taskId: string, { reasons }: MigrationPlan): EngineError {
  const message = `Task "${taskId}" cannot go on with the manifests of today. ${reasons.join(' ')}`;
  return new EngineError('TASK_MIGRATION_REFUSED', message, {
    hint: 'Go on with those it has by leaving "latest" out, or start a new task.',
    details: { task: taskId, reasons },
  });
}

/** What was done to a task and to child tasks whose stages begin anew. */
export interface Moved {
  readonly task: TaskRecord;
  readonly plan: MigrationPlan;
  /** What is told of those. */
  readonly told: readonly ToldFact[];
}

/**
 * Has a task at rest go on with the manifests of today: in one transaction, so that a crash leaves it either with the old
 * ones or with the new ones. Throws TASK_MIGRATION_REFUSED, TASK_BUSY.
 */
export function moveToLatest(context: MigrationContext, source: TravelSource, id: string): Moved {
  if (rootOf(id) !== id) throw childRefused(id);
  const { store } = source;
  const holder = currentHolder(randomUUID());
  if (!store.acquire(id, holder, context.now())) throw busy(id);
  try {
    const history = readHistory(storedRow(source, id), source);
    const { plan } = planFor(context, history);
    const cancelled = plan.verdict === 'same' ? [] : openBelow(source, id, context.now());
    const commits = [...migrated(context, source, history), ...cancelled.map(({ commit }) => commit)];
    const { current } = context.definitions;
    store.saveDefinition(current.hash, definitionText(current.compiled.project).text);
    if (commits.length > 0) store.commitAll(commits);
    return { task: history.task, plan, told: cancelled.flatMap(({ told }) => told) };
  } finally {
    store.release(id, holder.id);
  }
}

/** Child tasks belong to stages in flight, which begin anew and with other ones. */
function openBelow(source: TravelSource, id: string, at: number): ReturnType<typeof cancelRecords> {
  const open = source.store.tasks({ below: id, status: openStatuses });
  return cancelRecords(
    open.map((task) => storedRow(source, task.id)),
    source,
    at,
  );
}

function childRefused(id: string): EngineError {
  return new EngineError(
    'TASK_MIGRATION_REFUSED',
    `Task "${id}" is a child task: it has the manifests of the one above.`,
    {
      hint: `Name the task above it: "${rootOf(id)}".`,
    },
  );
}

function busy(id: string): EngineError {
  return new EngineError('TASK_BUSY', `Task "${id}" is at work.`, {
    hint: 'Wait until it is done, or pause it first.',
  });
}

/** Reads what a plan is made from. Throws TASK_NOT_FOUND. */
export function planOf(context: MigrationContext, source: TravelSource, id: string): MigrationPlan {
  if (rootOf(id) !== id) throw childRefused(id);
  const history = readHistory(storedRow(source, id), source);
  return planFor(context, history).plan;
}
