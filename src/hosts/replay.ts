import { deliverMessage, submitTask, type TaskCore } from '../machines/index.ts';
import type { StoredTask, TaskStore } from '../services/index.ts';
import { applyStep, noteCommands, type Delivery } from './apply-step.ts';
import { brokenJournal, readEntry, type CreatedEntry, type Entry } from './journal.ts';
import type { StageResult } from './stage-runner.ts';
import type { ChildFrame, RunnablePipeline, TaskCreation, TaskRecord } from './task-record.ts';
import { loadValue } from './values.ts';

/** A task in its first state. The same for a new one and for one that is read back. */
export function startRecord(creation: TaskCreation, runnable: RunnablePipeline): TaskRecord {
  const delivered = submitTask(
    runnable.core,
    {
      seed: creation.id,
      maxParallel: runnable.maxParallel,
      paused: creation.paused,
      ...(creation.breakpoints !== undefined && { breakpoints: creation.breakpoints }),
    },
    creation.created_at,
  );
  const task: TaskRecord = {
    creation,
    runnable,
    state: delivered.state,
    trace: new Map(),
    stages: {},
    told: { step: 0, count: 0 },
    asked: new Map(),
    childEnds: new Map(),
  };
  noteCommands(task, delivered, creation.created_at);
  return task;
}

export interface ReplaySource {
  readonly store: TaskStore;
  readonly resolve: (definition: string, pipeline: string) => RunnablePipeline;
}

/**
 * A task read back from its journal: every message is reduced again, none of its effects is carried out. Throws
 * STORE_JOURNAL_BROKEN when the journal does not lead to what the store says of the task.
 */
export function replayTask(stored: StoredTask, source: ReplaySource): TaskRecord {
  // Another process may have gone on since the task was read.
  const [first, ...rest] = source.store.journal(stored.id).filter(({ seq }) => seq <= stored.seq);
  if (first === undefined) throw brokenJournal({ task: stored.id, seq: 0 });
  const created = readEntry(first.text, { task: stored.id, seq: 0 });
  if (created.kind !== 'created') throw brokenJournal({ task: stored.id, seq: 0 });
  const task = startRecord(creationOf(stored, created, source), source.resolve(stored.definition, created.pipeline));
  for (const { seq, at, text } of rest) {
    const delivery = deliveryOf(readEntry(text, { task: stored.id, seq }), source.store);
    if (delivery === undefined || seq !== task.state.seq + 1) throw brokenJournal({ task: stored.id, seq });
    reduceAgain(task, { core: task.runnable.core, delivery, at });
  }
  if (task.state.seq !== stored.seq) throw brokenJournal({ task: stored.id, seq: stored.seq });
  return task;
}

function creationOf(stored: StoredTask, created: CreatedEntry, { store }: ReplaySource): TaskCreation {
  return {
    id: stored.id,
    definition: stored.definition,
    pipeline: created.pipeline,
    input: loadValue(created.input, store),
    mode: created.mode,
    tags: created.tags,
    paused: created.paused,
    ...(created.breakpoints !== undefined && { breakpoints: created.breakpoints }),
    created_at: stored.created_at,
    ...(created.parent !== undefined && { parent: created.parent }),
    ...(created.frame !== undefined && { frame: frameOf(created.frame, store) }),
  };
}

function frameOf({ item, ...frame }: NonNullable<CreatedEntry['frame']>, store: TaskStore): ChildFrame {
  return item === undefined ? frame : { ...frame, item: loadValue(item, store) };
}

interface Again {
  readonly core: TaskCore;
  readonly delivery: Delivery;
  readonly at: number;
}

function reduceAgain(task: TaskRecord, { core, delivery, at }: Again): void {
  const delivered = deliverMessage(core, task.state, { message: delivery.message, at });
  if (delivered === 'stale') throw brokenJournal({ task: task.creation.id, seq: task.state.seq + 1 });
  applyStep(task, { delivery, delivered, at });
}

function deliveryOf(entry: Entry, store: TaskStore): Delivery | undefined {
  if (entry.kind === 'created') return undefined;
  if (entry.kind !== 'result') return { message: entry };
  const { output, failure, usage, partial, ...message } = entry;
  const spent = usage === undefined ? {} : { usage };
  if (failure !== undefined) return { message, result: { ok: false, failure, ...spent } };
  const choice = message.end.kind === 'done' && message.end.choice !== undefined ? { choice: message.end.choice } : {};
  const result: StageResult = {
    ok: true,
    output: output === undefined ? null : loadValue(output, store),
    ...choice,
    ...(partial === true && { partial }),
    ...spent,
  };
  return { message, result };
}
