import { concludeTask, type StageRecord, type TaskRecord } from '../../hosts/index.ts';
import type { TaskStatus } from '../../machines/index.ts';
import type { EngineEvent } from '../../services/index.ts';
import { entryOfEvent } from '../telemetry.ts';
import { storedRow, taskAt, type TravelSource } from './task-points.ts';
import { toldEvents } from './told-events.ts';

/** How a task and those below it went: what their journals tell, and where that leaves their stages. */
export interface StoredRun {
  readonly events: readonly EngineEvent[];
  readonly status: TaskStatus;
  /** US dollars; absent when no price is known. */
  readonly cost_usd?: number;
  /** The task itself first. */
  readonly tasks: readonly { readonly id: string; readonly trace: readonly StageRecord[] }[];
}

/** After an entry of its journal, or as it stands. Throws TASK_NOT_FOUND, TASK_SEQ_UNKNOWN, STORE_JOURNAL_BROKEN. */
export function runOf(source: TravelSource, taskId: string, at?: number): StoredRun {
  const own = storedRow(source, taskId);
  const task = taskAt(source, own, at ?? own.seq);
  const below = source.store.tasks({ below: taskId }).map(({ id }) => storedRow(source, id));
  const told = toldEvents(source, [own, ...below]);
  const events = at === undefined ? told : eventsUntil(told, taskId, at);
  const reached = Map.groupBy(events, (event) => event.taskId);
  const others = below.flatMap((stored): readonly TaskRecord[] => {
    if (at === undefined) return [taskAt(source, stored, stored.seq)];
    const last = reached.get(stored.id)?.at(-1);
    return last === undefined ? [] : [taskAt(source, stored, entryOfEvent(last))];
  });
  const { status, usage } = task.result ?? concludeTask(task);
  return {
    events,
    status,
    ...(usage.cost_usd !== undefined && { cost_usd: usage.cost_usd }),
    tasks: [task, ...others].map(({ creation, trace }) => ({ id: creation.id, trace: [...trace.values()] })),
  };
}

/** Of child tasks what had happened by then. */
function eventsUntil(events: readonly EngineEvent[], task: string, at: number): readonly EngineEvent[] {
  const own = events.filter((event) => event.taskId === task && entryOfEvent(event) <= at);
  const last = own.reduce((latest, { time }) => Math.max(latest, time), -Infinity);
  const kept = new Set(own);
  return events.filter((event) => kept.has(event) || (event.taskId !== task && event.time <= last));
}
