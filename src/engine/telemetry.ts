import type { Tell } from '../actors/index.ts';
import {
  rootOf,
  type StageCall,
  type TaskFact,
  type TaskListener,
  type TaskRecord,
  type ToldPlace,
} from '../hosts/index.ts';
import {
  loneIds,
  spanIdOf,
  traceIdOf,
  type EngineEvent,
  type EventData,
  type EventStream,
  type EventType,
  type PluginFact,
  type TraceIds,
} from '../services/index.ts';
import { createEventIds } from './event-ids.ts';

export interface Telemetry extends TaskListener {
  /** A reporter for what happens inside one attempt of a stage. */
  readonly tellerFor: (call: StageCall) => Tell;
  /** A memory file was damaged; that belongs to no task. */
  readonly tellQuarantine: (quarantine: EventData<'memory.quarantined'>) => void;
  /** What is kept gets no vectors; that belongs to no task either. */
  readonly tellEmbeddingFailure: (failure: EventData<'memory.embedding_failed'>) => void;
  /** A plugin failed that nothing waited for. */
  readonly tellPlugin: (data: EventData<'plugin.failed'>) => void;
  /** What plugins did about a task that was not created. */
  readonly tellUncreated: (facts: readonly PluginFact[]) => void;
  /** Tasks were removed; those are no more. */
  readonly tellPruned: (pruned: EventData<'task.pruned'>) => void;
  /** That happens to a task that nobody is at work on. */
  readonly tellUndone: (task: { readonly id: string; readonly seq: number }, data: EventData<'task.undone'>) => void;
}

/** What belongs to no task. */
type FactAlone = { [Type in EventType]: { readonly type: Type; readonly data: EventData<Type> } }[
  'memory.quarantined' | 'memory.embedding_failed' | PluginFact['type'] | 'task.pruned'];

/**
 * An event's place in the order of its task is the journal's place and a count from there: it grows, it never comes
 * twice, also not after a crash, and what the reducer tells has the same place in a replay.
 */
const eventsPerStep = 1_000_000;

/** The entry of the journal of its task that an event told again follows from. */
export function entryOfEvent({ seq }: Pick<EngineEvent, 'seq'>): number {
  return Math.floor(seq / eventsPerStep);
}

/** Puts facts about tasks on the stream, each with its place in the order of its task. */
export function createTelemetry(stream: Pick<EventStream, 'hasListeners' | 'emit'>, now: () => number): Telemetry {
  const idsOf = createEventIds();
  let alone = 0;
  const tell = (task: TaskRecord, fact: TaskFact, place?: ToldPlace): void => {
    if (!stream.hasListeners) return;
    const step = place?.seq ?? task.carriedOut ?? task.state.seq;
    task.told = { step, count: task.told.step === step ? task.told.count + 1 : 1 };
    stream.emit(eventFrom(task, fact, { time: place?.at ?? now(), ids: idsOf(task, fact) }));
  };
  const tellAlone = (fact: FactAlone): void => {
    // Plugins fail before anybody can subscribe, so the stream keeps that.
    if (!stream.hasListeners && fact.type !== 'plugin.failed') return;
    alone += 1;
    const time = now();
    const id = `${fact.type}/${time}/${alone}`;
    stream.emit({ id, v: 1, time, seq: alone, taskId: '', ...loneIds(id), ...fact });
  };
  return {
    isListening: () => stream.hasListeners,
    tell,
    tellQuarantine: ({ file, copy, problem, kept }) =>
      tellAlone({ type: 'memory.quarantined', data: { file, copy, problem, kept } }),
    tellEmbeddingFailure: (data) => tellAlone({ type: 'memory.embedding_failed', data }),
    tellPlugin: (data) => tellAlone({ type: 'plugin.failed', data }),
    tellUncreated(facts) {
      for (const fact of facts) tellAlone(fact);
    },
    tellPruned: (data) => tellAlone({ type: 'task.pruned', data }),
    tellUndone({ id, seq: step }, data) {
      const time = now();
      // Behind all that the last step of the task told.
      const seq = (step + 1) * eventsPerStep - 1;
      const ids = { traceId: traceIdOf(rootOf(id)), spanId: spanIdOf(id) };
      stream.emit({ id: `${id}/undone/${time}`, type: 'task.undone', v: 1, time, seq, taskId: id, ...ids, data });
    },
    tellerFor:
      ({ task, stage }) =>
      (event) =>
        tell(task, { node: stage.node, attempt: stage.attempt, ...event }),
  };
}

interface Moment {
  readonly time: number;
  readonly ids: TraceIds;
}

function eventFrom(task: TaskRecord, fact: TaskFact, { time, ids }: Moment): EngineEvent {
  const { node, attempt: _attempt, call: _call, ...told } = fact;
  const { id, pipeline, parent } = task.creation;
  const seq = task.told.step * eventsPerStep + task.told.count;
  const place = node === undefined ? {} : { stageId: node, nodeId: node };
  const above = parent === undefined ? {} : { parentTaskId: parent.task };
  return { id: `${id}/${seq}`, v: 1, time, seq, taskId: id, pipelineId: pipeline, ...ids, ...above, ...place, ...told };
}
