import {
  branchTask,
  controlChanges,
  moveTask,
  type Delivered,
  type Outcome,
  type Pending,
  type StageEnd,
} from '../../machines/index.ts';
import type { TaskStore } from '../../services/index.ts';
import { noteAgentAgain } from '../assigned-agents.ts';
import { decisionsIn } from '../decisions.ts';
import { noteCommands } from '../apply-step.ts';
import { noteEnds } from '../end-outputs.ts';
import { brokenJournal, type ForkedEntry, type MigratedEntry } from './journal.ts';
import { noteQuestion } from '../orders/questions.ts';
import type { RunnablePipeline, StageRecord, TaskRecord } from '../task-record.ts';
import { addUsage, noteChanges } from '../trace.ts';
import { loadValue } from './values.ts';

/*
 * Entries of a journal that are no messages: from there on a task is one of its own, or has other manifests. Each does
 * the same in a replay as it did at first.
 */

/** The end of the history that a fork shares with the task it was made from. */
export function branchOff(
  task: TaskRecord,
  entry: ForkedEntry,
  { store, at }: { readonly store: Pick<TaskStore, 'artifact'>; readonly at: number },
): void {
  const { input, mode, tags } = entry;
  task.state = branchTask(task.runnable.core, task.state, at);
  task.steppedAt = at;
  task.creation = { ...task.creation, ...changesIn(entry, store) };
  noteReading(task, entry);
  task.consents.clear(); // calls of the other task were allowed, or not
  for (const pending of task.state.pending.values()) beginAgain(task, pending, at);
  if (input === undefined && mode === undefined && tags === undefined) return;
  askAgain(task);
  noteEnds(task, controlChanges(task.runnable.core.graph, undefined, task.state.snapshot.context.control));
  for (const pending of task.state.pending.values()) if (pending.kind === 'stage') noteAgentAgain(task, pending);
}

function changesIn(
  { input, mode, tags, overrides }: ForkedEntry,
  store: Pick<TaskStore, 'artifact'>,
): Partial<TaskRecord['creation']> {
  return {
    ...(input !== undefined && { input: loadValue(input, store) }),
    ...(mode !== undefined && { mode }),
    ...(tags !== undefined && { tags }),
    ...(overrides !== undefined && { overrides }),
  };
}

/** Another request was read by an agent. */
function noteReading(task: TaskRecord, { overrides }: ForkedEntry): void {
  const usage = overrides?.reader?.usage;
  if (usage !== undefined) task.spent = addUsage(task.spent, usage);
}

/** What was in flight begins anew. */
function beginAgain({ trace }: TaskRecord, entry: Pending, at: number): void {
  const record = trace.get(entry.node);
  if (record === undefined) return;
  record.started_at = at;
  delete record.idle_ms;
  if (record.status === 'waiting' && entry.kind === 'stage' && entry.waiting !== true) record.status = 'running';
}

/** Open questions may name what was changed. */
function askAgain(task: TaskRecord): void {
  for (const stage of task.state.pending.values()) {
    if (stage.kind !== 'stage' || !task.asked.delete(stage.node)) continue;
    noteQuestion(task, stage);
  }
}

interface Move {
  readonly runnable: RunnablePipeline;
  readonly at: number;
}

/** Has a task go on with other manifests: finished stages that are kept have ended there, too. */
export function moveOn(task: TaskRecord, entry: MigratedEntry, { runnable, at }: Move): Delivered {
  const { id } = task.creation;
  const ends = entry.kept.map(([from, node]) => {
    const outcome = outcomeOf(task.trace.get(from));
    if (outcome === undefined || !runnable.core.graph.byId.has(node))
      throw brokenJournal({ task: id, seq: task.state.seq + 1 });
    return { node, end: endOf(outcome) };
  });
  const { core, maxParallel } = runnable;
  const delivered = moveTask(core, task.state, { seed: id, maxParallel, ends, at });
  task.runnable = runnable;
  task.creation = { ...task.creation, definition: entry.definition, pipeline: entry.pipeline };
  task.state = delivered.state;
  task.migratedAt = delivered.state.seq;
  task.steppedAt = at;
  task.asked.clear();
  task.consents.clear();
  task.childEnds.clear();
  keepRecords(task, new Map(entry.kept), at);
  noteCommands(task, delivered, at);
  return delivered;
}

/** Records of stages that are kept, under their new names; what the others have cost was spent all the same. */
function keepRecords(task: TaskRecord, names: ReadonlyMap<string, string>, at: number): void {
  const { graph } = task.runnable.core;
  const before = [...task.trace.values()];
  task.trace.clear();
  task.stages = {};
  for (const record of before) {
    const node = names.get(record.node);
    if (node !== undefined) task.trace.set(node, renamed(record, node, task));
    else if (record.usage !== undefined) task.spent = addUsage(task.spent, record.usage);
  }
  const endedAt = new Map(Array.from(task.trace.values(), (record) => [record, record.ended_at] as const));
  const changes = controlChanges(graph, undefined, task.state.snapshot.context.control);
  noteChanges(task, changes, at);
  noteEnds(task, changes);
  const agents = task.decisions.flatMap((decision) => {
    const node = decision.kind === 'agent' ? names.get(decision.at) : undefined;
    return node === undefined ? [] : [{ ...decision, at: node }];
  });
  task.decisions = [...agents, ...decisionsIn(task, changes)];
  for (const [record, time] of endedAt) if (time !== undefined) record.ended_at = time;
}

function renamed(record: StageRecord, node: string, { runnable, creation }: TaskRecord): StageRecord {
  const { failure } = record;
  const type = runnable.core.graph.byId.get(node)?.type ?? record.node_type;
  const place = { stage: node, node, node_type: type };
  if (failure === undefined) return { ...record, ...place };
  return { ...record, ...place, failure: { ...failure, ...place, pipeline: creation.pipeline } };
}

/** How a stage ended, after all attempts; nothing for one that has not, or never ran. */
export function outcomeOf(record: StageRecord | undefined): Outcome | undefined {
  if (record?.status === 'failed' && record.failure !== undefined)
    return { kind: 'failed', category: record.failure.category };
  if (record?.status !== 'done') return undefined;
  return { kind: 'done', ...(record.choice !== undefined && { choice: record.choice }) };
}

function endOf(outcome: Outcome): StageEnd {
  return outcome.kind === 'done' ? outcome : { ...outcome, retryable: false };
}
