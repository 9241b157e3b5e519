import { EngineError } from '../../errors/index.ts';
import type { Migration } from '../../manifest-compiler/index.ts';
import { deliverMessage } from '../../machines/index.ts';
import type { StoredTask, TaskCommit } from '../../services/index.ts';
import { applyStep } from '../apply-step.ts';
import { concludeTask } from '../conclude.ts';
import { stepFacts, statusFact } from '../task-events.ts';
import type { MigratedEntry } from './journal.ts';
import { entryOf, stepCommit, taskCommit } from './task-commits.ts';
import { replayTask, type ReplaySource } from './replay.ts';
import { moveOn } from './task-turns.ts';
import type { ToldFact } from './told-facts.ts';
import type { RunnablePipeline, TaskRecord } from '../task-record.ts';

export interface MigrationOrder {
  readonly migration: Exclude<Migration, { verdict: 'refused' }>;
  /** The manifests that the task had, as text: without them its history could not be read. */
  readonly before: string;
  /** Hash of the manifests that the task goes on with. */
  readonly definition: string;
  readonly runnable: RunnablePipeline;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Brings a task over to other manifests; the answer makes that durable. */
export function migrateRecord(task: TaskRecord, order: MigrationOrder): TaskCommit {
  const { migration, before, definition, runnable, at } = order;
  const entry: MigratedEntry = {
    kind: 'migrated',
    before: task.creation.definition,
    definition,
    pipeline: migration.pipeline,
    kept: migration.kept.map(({ from, node }) => [from, node]),
  };
  moveOn(task, entry, { runnable, at });
  const { control } = task.state.snapshot.context;
  if (control.tokens !== migration.control.tokens || control.statuses !== migration.control.statuses)
    throw new EngineError('ENGINE_BUG', `Task "${task.creation.id}" does not stand where it was to go on.`);
  const artifacts = [{ hash: entry.before, text: before }];
  return taskCommit(task, { entry: entryOf(task, entry, at), artifacts });
}

/** A child task that was ended, with what makes that durable and what is told of it then. */
export interface CancelledRecord {
  readonly task: TaskRecord;
  readonly commit: TaskCommit;
  readonly told: readonly ToldFact[];
}

/** Ends child tasks whose stages begin anew. Those that are over already give nothing. */
export function cancelRecords(
  open: readonly StoredTask[],
  source: ReplaySource,
  at: number,
): readonly CancelledRecord[] {
  const delivery = { message: { kind: 'control', command: 'cancel' }, afterRest: true } as const;
  return open.flatMap((stored) => {
    const task = replayTask(stored, source);
    const before = task.state;
    const delivered = deliverMessage(task.runnable.core, before, { message: delivery.message, at });
    if (delivered === 'stale') return [];
    const step = { delivery, delivered, at };
    const changes = applyStep(task, step);
    task.result = concludeTask(task);
    const facts = [...stepFacts(task, { ...step, before }, changes), statusFact(task, task.result.status, at)];
    const place = { seq: task.state.seq, at };
    return [{ task, commit: stepCommit(task, delivery, at), told: facts.map((fact) => ({ task, fact, place })) }];
  });
}
