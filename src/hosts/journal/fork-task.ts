import type { FinishedStage } from '../../manifest-compiler/index.ts';
import type { Artifact, JournalEntry, StoredTask, TaskCommit, TaskOverrides } from '../../services/index.ts';
import { brokenJournal, type Entry, type ForkedEntry } from './journal.ts';
import { creationCommit, entryOf, taskCommit } from './task-commits.ts';
import { playEntry, readJournal, startRecord, type ReplaySource } from './replay.ts';
import { finishedAfter, type TaskHistory } from './task-history.ts';
import { branchOff } from './task-turns.ts';
import type { TaskRecord } from '../task-record.ts';
import { storeValue, type StoredValue } from './values.ts';

export interface ForkOrder {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What is different from there on. */
  readonly input?: unknown;
  readonly mode?: string;
  readonly tags?: readonly string[];
  readonly overrides?: TaskOverrides;
}

/** A task that begins where another one stood, and what makes it durable: one transaction. */
export interface Fork extends TaskHistory {
  readonly commits: readonly TaskCommit[];
}

/** A fork of a task as it stood after the entry that `stored.seq` names. Throws STORE_JOURNAL_BROKEN. */
export function forkTask(stored: StoredTask, source: ReplaySource, order: ForkOrder): Fork {
  const { creation, first, entries } = readJournal(stored, source);
  const task = startRecord(
    {
      ...creation,
      id: order.id,
      created_at: order.at,
      begun_at: first.at,
      forked_from: { task: stored.id, seq: stored.seq },
      assigned_as: creation.assigned_as ?? stored.id,
    },
    source.resolve(creation.definition, creation.pipeline),
  );
  const beginning = creationCommit(task);
  // What lists say of it is what holds from the fork on.
  const commits = [{ ...beginning, task: { ...beginning.task, mode: order.mode ?? creation.mode } }];
  let finished: readonly FinishedStage[] = [];
  for (const entry of entries) {
    const played = playEntry(task, entry, source);
    finished = finishedAfter(task, finished, played);
    commits.push(sharedCommit(task, entry, artifactsOf(played.entry, source)));
  }
  if (task.state.seq !== stored.seq) throw brokenJournal({ task: stored.id, seq: stored.seq });
  commits.push(forkCommit(task, source, order));
  return { task, finished, commits };
}

/** An entry of the history that both share, word for word. */
function sharedCommit(task: TaskRecord, { at, text }: JournalEntry, artifacts: readonly Artifact[]): TaskCommit {
  const entry = entryOf(task, undefined, at);
  return taskCommit(task, { entry: { ...entry, text }, artifacts });
}

function forkCommit(task: TaskRecord, { store }: ReplaySource, order: ForkOrder): TaskCommit {
  const { at, input, mode, tags, overrides } = order;
  const { stored, artifacts } = storeValue(input);
  const entry: ForkedEntry = {
    kind: 'forked',
    ...(input !== undefined && { input: stored }),
    ...(mode !== undefined && { mode }),
    ...(tags !== undefined && { tags: [...tags] }),
    ...(overrides !== undefined && { overrides }),
  };
  const fresh = new Map(artifacts.map(({ hash, text }) => [hash, text]));
  const values = { artifact: (hash: string) => fresh.get(hash) ?? store.artifact(hash) };
  branchOff(task, entry, { store: values, at });
  return taskCommit(task, { entry: entryOf(task, entry, at), artifacts });
}

/** What an entry refers to belongs to the fork as well. */
function artifactsOf(entry: Entry, { store }: ReplaySource): readonly Artifact[] {
  const hashes =
    entry.kind === 'migrated'
      ? [entry.before]
      : valuesOf(entry).flatMap((value) => ('artifact' in value ? [value.artifact] : []));
  return hashes.flatMap((hash) => {
    const text = store.artifact(hash);
    return text === undefined ? [] : [{ hash, text }];
  });
}

function valuesOf(entry: Entry): readonly StoredValue[] {
  if (entry.kind === 'result') return entry.output === undefined ? [] : [entry.output];
  return entry.kind === 'forked' && entry.input !== undefined ? [entry.input] : [];
}
