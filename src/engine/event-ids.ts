import { rootOf, type TaskFact, type TaskRecord } from '../hosts/index.ts';
import { spanIdOf, traceIdOf, type TraceIds } from '../services/index.ts';

/** Spans of one task by what they are about: an id is worked out once, events are many. */
interface KnownIds {
  readonly ofTask: TraceIds;
  readonly spans: Map<string, TraceIds>;
  /** Attempts in which an agent has been called: what is called there is called by it. */
  readonly agentSpans: Map<string, string>;
}

/** Where an event of a task stands in the trace; answers the same in a replay and after a crash. */
export function createEventIds(): (task: TaskRecord, fact: TaskFact) => TraceIds {
  const known = new WeakMap<TaskRecord, KnownIds>();
  return (task, fact) => {
    let ids = known.get(task);
    if (ids === undefined) {
      ids = { ofTask: idsOfTask(task), spans: new Map(), agentSpans: new Map() };
      known.set(task, ids);
    }
    if (fact.node === undefined) return idsAbove(task, fact, ids.ofTask);
    const stage = `${fact.node}\n${attemptOf(task, fact)}`;
    const call = callOf(fact);
    if (call === 'agent' && !ids.agentSpans.has(stage))
      ids.agentSpans.set(stage, spanIdOf(task.creation.id, stage, call));
    const place = call === undefined ? stage : `${stage}\n${call}`;
    const span = ids.spans.get(place) ?? idsAt(ids, { task: task.creation.id, stage, call });
    ids.spans.set(place, span);
    return span;
  };
}

/** What is called before a task has stages: an agent that reads its request. */
function idsAbove({ creation: { id } }: TaskRecord, fact: TaskFact, ofTask: TraceIds): TraceIds {
  const call = callOf(fact);
  if (call === undefined) return ofTask;
  const agent = spanIdOf(id, 'agent');
  const { traceId } = ofTask;
  if (call === 'agent') return { traceId, spanId: agent, parentSpanId: ofTask.spanId };
  return { traceId, spanId: spanIdOf(id, call), parentSpanId: agent };
}

/** A child task is part of the attempt that began it. */
function idsOfTask({ creation: { id, parent } }: TaskRecord): TraceIds {
  const traceId = traceIdOf(rootOf(id));
  const spanId = spanIdOf(id);
  if (parent === undefined) return { traceId, spanId };
  return { traceId, spanId, parentSpanId: spanIdOf(parent.task, parent.node, parent.attempt) };
}

interface Place {
  readonly task: string;
  /** Node and attempt. */
  readonly stage: string;
  readonly call: string | undefined;
}

function idsAt({ ofTask, agentSpans }: KnownIds, { task, stage, call }: Place): TraceIds {
  const { traceId } = ofTask;
  const stageSpan = spanIdOf(task, stage);
  if (call === undefined) return { traceId, spanId: stageSpan, parentSpanId: ofTask.spanId };
  const agentSpan = agentSpans.get(stage);
  if (call === 'agent') return { traceId, spanId: agentSpan ?? stageSpan, parentSpanId: stageSpan };
  return { traceId, spanId: spanIdOf(task, stage, call), parentSpanId: agentSpan ?? stageSpan };
}

/** Facts are told later than they come about, when another attempt may have begun. */
function attemptOf(task: TaskRecord, fact: TaskFact): number {
  if ('attempt' in fact.data) return fact.data.attempt;
  return fact.attempt ?? task.trace.get(fact.node ?? '')?.attempt ?? 0;
}

function callOf({ type, call, data }: TaskFact): string | undefined {
  if (call !== undefined) return `tool/${call}`;
  if (type === 'agent.called' || type === 'agent.answered') return 'agent';
  return type.startsWith('llm.') && 'call' in data ? `llm/${data.call}` : undefined;
}
