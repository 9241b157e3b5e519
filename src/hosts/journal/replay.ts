import {
  controlChanges,
  deliverMessage,
  isTaskOver,
  submitTask,
  type Delivered,
  type TaskState,
} from '../../machines/index.ts';
import type { JournalEntry, StoredTask, TaskStore } from '../../services/index.ts';
import { applyStep, noteCommands, type AppliedStep, type Delivery, type Step } from '../apply-step.ts';
import { noteEnds } from '../end-outputs.ts';
import { brokenJournal, readEntry, type CreatedEntry, type Entry, type MigratedEntry } from './journal.ts';
import { branchOff, moveOn } from './task-turns.ts';
import type { StageResult } from '../work/stage-runner.ts';
import type { ChildFrame, RunnablePipeline, TaskCreation, TaskRecord } from '../task-record.ts';
import { noteChanges } from '../trace.ts';
import { loadValue, noKnownValues } from './values.ts';

/** A task in its first state. The same for a new one and for one that is read back. */
export function startRecord(creation: TaskCreation, runnable: RunnablePipeline): TaskRecord {
  const begunAt = creation.begun_at ?? creation.created_at;
  const delivered = submitTask(
    runnable.core,
    {
      seed: creation.id,
      maxParallel: runnable.maxParallel,
      paused: creation.paused,
      ...(creation.breakpoints !== undefined && { breakpoints: creation.breakpoints }),
    },
    begunAt,
  );
  const task: TaskRecord = {
    creation,
    runnable,
    state: delivered.state,
    trace: new Map(),
    stages: {},
    decisions: [],
    known: noKnownValues(),
    checkpoint: 0,
    steppedAt: begunAt,
    told: { step: 0, count: 0 },
    asked: new Map(),
    consents: new Map(),
    childEnds: new Map(),
    ...spentBefore(creation),
  };
  noteCommands(task, delivered, begunAt);
  if (isTaskOver(task.state.status)) noteEntry(task, begunAt);
  return task;
}

/** A workflow that has nothing but an end is over as soon as it is there. */
function noteEntry(task: TaskRecord, at: number): void {
  const changes = controlChanges(task.runnable.core.graph, undefined, task.state.snapshot.context.control);
  noteChanges(task, changes, at);
  noteEnds(task, changes);
}

/** A task has the overrides of the one above it, and did not read the request again. */
function spentBefore({ parent, overrides }: TaskCreation): Pick<TaskRecord, 'spent'> {
  const usage = parent === undefined ? overrides?.reader?.usage : undefined;
  return usage === undefined ? {} : { spent: usage };
}

export interface ReplaySource {
  readonly store: Pick<TaskStore, 'journal' | 'artifact'>;
  readonly resolve: (definition: string, pipeline: string) => RunnablePipeline;
}

/**
 * A task read back from its journal: every message is reduced again, none of its effects is carried out. Throws
 * STORE_JOURNAL_BROKEN when the journal does not lead to what the store says of the task.
 */
export function replayTask(stored: StoredTask, source: ReplaySource): TaskRecord {
  const { creation, entries } = readJournal(stored, source);
  const task = startRecord(creation, source.resolve(creation.definition, creation.pipeline));
  for (const entry of entries) playEntry(task, entry, source);
  if (task.state.seq !== stored.seq) throw brokenJournal({ task: stored.id, seq: stored.seq });
  task.checkpoint = stored.row_seq;
  return task;
}

export interface Journal {
  /** As the task was created, with its first manifests. */
  readonly creation: TaskCreation;
  readonly first: JournalEntry;
  /** The others, up to the `seq` of the task that is asked for. */
  readonly entries: readonly JournalEntry[];
}

export function readJournal(stored: StoredTask, source: ReplaySource): Journal {
  const all = source.store.journal(stored.id);
  // Another process may have gone on since the task was read.
  const [first, ...entries] = all.filter(({ seq }) => seq <= stored.seq);
  if (first === undefined) throw brokenJournal({ task: stored.id, seq: 0 });
  const created = readEntry(first.text, { task: stored.id, seq: 0 });
  if (created.kind !== 'created') throw brokenJournal({ task: stored.id, seq: 0 });
  const definition = firstMigration(stored.id, all)?.before ?? stored.definition;
  return { creation: creationOf({ ...stored, definition }, { created, first }, source), first, entries };
}

/** Also one that came later than what is asked for: the manifests before it are not those of the row. */
function firstMigration(task: string, entries: readonly JournalEntry[]): MigratedEntry | undefined {
  const found = entries.find(({ text }) => text.startsWith('{"kind":"migrated"'));
  const entry = found === undefined ? undefined : readEntry(found.text, { task, seq: found.seq });
  return entry?.kind === 'migrated' ? entry : undefined;
}

interface Beginning {
  readonly created: CreatedEntry;
  readonly first: JournalEntry;
}

function creationOf(stored: StoredTask, { created, first }: Beginning, { store }: ReplaySource): TaskCreation {
  return {
    id: stored.id,
    definition: stored.definition,
    pipeline: created.pipeline,
    input: loadValue(created.input, store),
    mode: created.mode,
    tags: created.tags,
    paused: created.paused,
    ...(created.breakpoints !== undefined && { breakpoints: created.breakpoints }),
    ...(created.permissions !== undefined && { permissions: created.permissions }),
    ...(created.routing !== undefined && { routing: created.routing }),
    ...(created.overrides !== undefined && { overrides: created.overrides }),
    ...(created.refused !== undefined && { refused: created.refused }),
    created_at: stored.created_at,
    ...(created.forked_from !== undefined && { forked_from: created.forked_from, begun_at: first.at }),
    ...(created.assigned_as !== undefined && { assigned_as: created.assigned_as }),
    ...(created.parent !== undefined && { parent: created.parent }),
    ...(created.frame !== undefined && { frame: frameOf(created.frame, store) }),
  };
}

function frameOf({ item, ...frame }: NonNullable<CreatedEntry['frame']>, store: ReplaySource['store']): ChildFrame {
  return item === undefined ? frame : { ...frame, item: loadValue(item, store) };
}

/** One entry that was reduced again. */
export interface PlayedEntry {
  readonly entry: Entry;
  readonly before: TaskState;
  /** What followed; nothing from an entry that only ends the history that a fork shares. */
  readonly delivered?: Delivered;
  /** For a message: what it was, and what it changed. */
  readonly step?: Step;
  readonly changes?: AppliedStep;
}

/** Brings a task on by one entry of a journal. Throws STORE_JOURNAL_BROKEN for one that does not fit. */
export function playEntry(task: TaskRecord, { seq, at, text }: JournalEntry, source: ReplaySource): PlayedEntry {
  const place = { task: task.creation.id, seq };
  const entry = readEntry(text, place);
  const before = task.state;
  if (entry.kind === 'created' || seq !== before.seq + 1) throw brokenJournal(place);
  if (entry.kind === 'forked') {
    branchOff(task, entry, { store: source.store, at });
    return { entry, before };
  }
  if (entry.kind === 'migrated') {
    const runnable = source.resolve(entry.definition, entry.pipeline);
    return { entry, before, delivered: moveOn(task, entry, { runnable, at }) };
  }
  const delivery = deliveryOf(entry, source.store);
  const delivered = deliverMessage(task.runnable.core, before, { message: delivery.message, at });
  if (delivered === 'stale') throw brokenJournal(place);
  const step = { delivery, delivered, at };
  return { entry, before, delivered, step, changes: applyStep(task, step) };
}

type MessageEntry = Exclude<Entry, { kind: 'created' | 'forked' | 'migrated' }>;

function deliveryOf(entry: MessageEntry, store: ReplaySource['store']): Delivery {
  const { spent, after_rest: rested, ...told } = { spent: undefined, after_rest: undefined, ...entry };
  const stopped = { ...(spent !== undefined && { spent }), ...(rested === true && { afterRest: rested }) };
  if (told.kind === 'asks') {
    const { asked, ...message } = told;
    return { message, asked, ...stopped };
  }
  if (told.kind === 'answer') {
    const { consent, ...message } = told;
    return { message, consent, ...stopped };
  }
  if (told.kind !== 'result') return { message: told, ...stopped };
  const { output, failure, usage, partial, ...message } = told;
  const own = usage === undefined ? {} : { usage };
  if (failure !== undefined) return { message, result: { ok: false, failure, ...own }, ...stopped };
  const choice = message.end.kind === 'done' && message.end.choice !== undefined ? { choice: message.end.choice } : {};
  const result: StageResult = {
    ok: true,
    output: output === undefined ? null : loadValue(output, store),
    ...choice,
    ...(partial === true && { partial }),
    ...own,
  };
  return { message, result, ...stopped };
}
