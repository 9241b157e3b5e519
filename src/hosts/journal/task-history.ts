import type { FinishedStage } from '../../manifest-compiler/index.ts';
import { statusOf } from '../../machines/index.ts';
import type { StoredTask } from '../../services/index.ts';
import { playEntry, readJournal, startRecord, type PlayedEntry, type ReplaySource } from './replay.ts';
import { outcomeOf } from './task-turns.ts';
import type { TaskRecord } from '../task-record.ts';

/** A task as it stands after an entry of its journal, with the stages that have finished in the order of their ends. */
export interface TaskHistory {
  readonly task: TaskRecord;
  readonly finished: readonly FinishedStage[];
}

/** Throws STORE_JOURNAL_BROKEN. */
export function readHistory(stored: StoredTask, source: ReplaySource): TaskHistory {
  const { creation, entries } = readJournal(stored, source);
  const task = startRecord(creation, source.resolve(creation.definition, creation.pipeline));
  let finished: readonly FinishedStage[] = [];
  for (const entry of entries) finished = finishedAfter(task, finished, playEntry(task, entry, source));
  return { task, finished };
}

/** Stages that have finished once an entry was played on a task. */
export function finishedAfter(
  task: TaskRecord,
  finished: readonly FinishedStage[],
  { entry, before }: PlayedEntry,
): readonly FinishedStage[] {
  if (entry.kind === 'migrated') return entry.kept.flatMap(([, node]) => finishedStage(task, node));
  const node = entry.kind === 'result' ? entry.node : entry.kind === 'timer' ? timedNode(entry.id) : undefined;
  const graphNode = node === undefined ? undefined : task.runnable.core.graph.byId.get(node);
  if (graphNode === undefined || statusOf(before.snapshot.context.control, graphNode) !== 'ready') return finished;
  const fresh = finishedStage(task, graphNode.id);
  return fresh.length === 0 ? finished : [...finished, ...fresh];
}

/** The name of a timer is its purpose and its node. */
function timedNode(id: string): string {
  return id.slice(id.indexOf(' ') + 1);
}

function finishedStage({ trace }: TaskRecord, node: string): readonly FinishedStage[] {
  const outcome = outcomeOf(trace.get(node));
  return outcome === undefined ? [] : [{ node, outcome }];
}
