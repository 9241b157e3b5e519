import { crc32 } from 'node:zlib';
import { isTaskOver, toRow } from '../../machines/index.ts';
import type { Artifact, ListedTask, TaskCommit } from '../../services/index.ts';
import type { Delivery } from '../apply-step.ts';
import { concludeTask } from '../conclude.ts';
import { resultEntry } from './journal.ts';
import type { ChildFrame, TaskRecord } from '../task-record.ts';
import { storeValue } from './values.ts';

/* What is written of a task: an entry of its journal for each step, with the checksum of its row, and now and then the row. */

/** What makes a new task durable. */
export function creationCommit(task: TaskRecord): TaskCommit {
  const { pipeline, mode, tags, paused, breakpoints, created_at, begun_at, input, parent, frame } = task.creation;
  const { forked_from, assigned_as, permissions, routing, overrides, refused } = task.creation;
  const { stored, artifacts } = storeValue(input, task.known);
  const framed = storedFrame(frame);
  const bounds = {
    ...(breakpoints !== undefined && { breakpoints }),
    ...(permissions !== undefined && { permissions }),
    ...(routing !== undefined && { routing }),
    ...(overrides !== undefined && { overrides }),
    ...(refused !== undefined && { refused }),
  };
  const lineage = {
    ...(forked_from !== undefined && { forked_from }),
    ...(assigned_as !== undefined && { assigned_as }),
    ...(parent !== undefined && { parent }),
    ...(frame !== undefined && { frame: framed.stored }),
  };
  const entry = { kind: 'created', pipeline, input: stored, mode, tags, paused, ...bounds, ...lineage };
  const row = rowOf(task);
  return {
    task: withRow(task, listedTask(task, created_at), row),
    entry: { ...entryOf(task, entry, begun_at ?? created_at), check: crc32(row) },
    artifacts: [...artifacts, ...framed.artifacts],
    isNew: true,
  };
}

function storedFrame({ item, ...frame }: ChildFrame = {}): { stored: object; artifacts: readonly Artifact[] } {
  if (item === undefined) return { stored: frame, artifacts: [] };
  const { stored, artifacts } = storeValue(item);
  return { stored: { ...frame, item: stored }, artifacts };
}

/** What makes a step durable that a task has just taken. */
export function stepCommit(
  task: TaskRecord,
  { message, result, asked, consent, spent, afterRest }: Delivery,
  at: number,
): TaskCommit {
  let entry: unknown = { ...message, ...(asked !== undefined && { asked }), ...(consent !== undefined && { consent }) };
  let artifacts: readonly Artifact[] = [];
  if (message.kind === 'result' && result !== undefined) {
    const value = storeValue(result.ok ? result.output : null, task.known);
    entry = resultEntry(message, result, value.stored);
    artifacts = value.artifacts;
  }
  if (spent !== undefined) entry = Object.assign({}, entry, { spent });
  if (afterRest === true) entry = Object.assign({}, entry, { after_rest: true });
  return taskCommit(task, { entry: entryOf(task, entry, at), artifacts });
}

/** The commit of a step that a task has just taken. */
export function taskCommit(
  task: TaskRecord,
  { entry, artifacts }: Pick<TaskCommit, 'entry' | 'artifacts'>,
): TaskCommit {
  const row = rowOf(task);
  const listed = listedTask(task, entry.at);
  const isCheckpoint = listed.status !== 'running' || listed.seq - task.checkpoint >= row.length / bytesPerStep;
  return {
    task: isCheckpoint ? withRow(task, listed, row) : listed,
    entry: { ...entry, check: crc32(row) },
    artifacts,
    isNew: false,
  };
}

/**
 * The row is rewritten when so many steps have been taken that it comes to this many bytes for each. A row grows with the
 * workflow; what a step writes must not.
 */
const bytesPerStep = 32;

function rowOf(task: TaskRecord): string {
  return JSON.stringify(toRow(task.state));
}

function withRow(task: TaskRecord, listed: ListedTask, row: string): TaskCommit['task'] {
  task.checkpoint = listed.seq;
  return { ...listed, row };
}

/** The entry of the step that a task has just taken. */
export function entryOf(task: TaskRecord, entry: unknown, at: number): TaskCommit['entry'] {
  return { seq: task.state.seq, at, text: JSON.stringify(entry) };
}

/** What can be searched of a task as it stands. */
export function listedTask(task: TaskRecord, at: number): ListedTask {
  const { id, definition, mode, pipeline, created_at } = task.creation;
  const { status, seq } = task.state;
  return {
    id,
    definition,
    // The output of an end can still fail, so what the task came to is asked rather than what the machine says.
    status: isTaskOver(status) ? concludeTask(task).status : status,
    mode,
    pipeline,
    created_at,
    updated_at: at,
    seq,
  };
}
