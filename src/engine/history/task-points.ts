import { EngineError } from '../../errors/index.ts';
import {
  checkReplay,
  playEntry,
  readJournal,
  replayTask,
  startRecord,
  taskNotFound,
  type ReplayReport,
  type ReplaySource,
  type TaskRecord,
} from '../../hosts/index.ts';
import { isTaskOver } from '../../machines/index.ts';
import { nearestName } from '../../manifest-compiler/index.ts';
import type { StoredTask, TaskStore } from '../../services/index.ts';

/* Points in the history of a task: what can be read from a store without running anything. */

export interface TravelSource extends ReplaySource {
  readonly store: TaskStore;
}

/** Throws TASK_NOT_FOUND. */
export function storedRow({ store }: TravelSource, id: string): StoredTask {
  const stored = store.task(id);
  if (stored === undefined) throw taskNotFound(id);
  return stored;
}

/** A task as it stood after an entry of its journal. Throws TASK_SEQ_UNKNOWN. */
export function taskAt(source: TravelSource, stored: StoredTask, seq: number): TaskRecord {
  checkSeq(stored, seq);
  return replayTask({ ...stored, seq }, source);
}

function checkSeq({ id, seq: last }: StoredTask, seq: number): void {
  if (Number.isInteger(seq) && seq >= 0 && seq <= last) return;
  throw new EngineError('TASK_SEQ_UNKNOWN', `The journal of task "${id}" has no entry ${seq}.`, {
    hint: `Name one from 0 (as it was created) to ${last}; see them with: agent-engine show ${id} --journal`,
    details: { first: 0, last },
  });
}

export interface ReplayOptions {
  /** Child tasks, too. Default: true. */
  readonly below?: boolean;
}

/** Replays a task and those below it. Throws TASK_REPLAY_DIFFERS at the first difference. */
export function replayTree(
  source: TravelSource,
  id: string,
  { below = true }: ReplayOptions = {},
): readonly ReplayReport[] {
  const top = storedRow(source, id);
  const others = below ? source.store.tasks({ below: id }).toReversed() : [];
  return [top, ...others.map((task) => storedRow(source, task.id))].map((stored) => checkReplay(stored, source));
}

export interface ForkPoint {
  /** The fork runs this stage again, and all that came later. */
  readonly fromStage?: string;
  /** The fork goes on after this entry of the journal. */
  readonly fromSeq?: number;
}

/** The entry of the journal after which a fork goes on. Throws TASK_FORK_INVALID, TASK_SEQ_UNKNOWN. */
export function forkSeq(source: TravelSource, stored: StoredTask, { fromStage, fromSeq = 0 }: ForkPoint): number {
  if (fromStage !== undefined) return seqOfStage(source, stored, fromStage);
  const { state } = taskAt(source, stored, fromSeq);
  if (!isTaskOver(state.status)) return fromSeq;
  throw new EngineError(
    'TASK_FORK_INVALID',
    `After entry ${fromSeq} task "${stored.id}" was over: nothing would run.`,
    {
      hint: fromSeq === 0 ? 'Start a new task.' : `Name an entry from 0 to ${fromSeq - 1}.`,
    },
  );
}

/** The last entry before the first attempt of a stage ended. */
function seqOfStage(source: TravelSource, stored: StoredTask, stage: string): number {
  const { creation, entries } = readJournal(stored, source);
  const task = startRecord(creation, source.resolve(creation.definition, creation.pipeline));
  const started = startedStages(task);
  let token = tokenOf(task, stage);
  for (const entry of entries) {
    const { seq } = task.state;
    const { entry: played } = playEntry(task, entry, source);
    const now = tokenOf(task, stage);
    // With other manifests a stage in flight begins anew, and has not ended.
    if (token !== undefined && now !== token && played.kind !== 'migrated') return seq;
    token = now;
    for (const id of startedStages(task)) started.add(id);
  }
  if (token !== undefined && !isTaskOver(task.state.status)) return task.state.seq;
  throw unknownStage(stored.id, stage, [...started]);
}

function tokenOf({ state }: TaskRecord, stage: string): string | undefined {
  const pending = state.pending.get(stage);
  return pending?.kind === 'stage' ? pending.token : undefined;
}

function startedStages({ state }: TaskRecord): Set<string> {
  return new Set([...state.pending.values()].flatMap(({ kind, node }) => (kind === 'stage' ? [node] : [])));
}

function unknownStage(taskId: string, stage: string, started: readonly string[]): EngineError {
  const nearest = nearestName(stage, started);
  const names = started.map((id) => `"${id}"`).join(', ');
  const choice = started.length === 0 ? 'None of its stages has started.' : `Name one of: ${names}.`;
  return new EngineError('TASK_FORK_INVALID', `Task "${taskId}" has no stage "${stage}" that could run again.`, {
    hint: nearest === undefined ? choice : `Did you mean "${nearest}"? ${choice}`,
    details: { stages: started },
  });
}
