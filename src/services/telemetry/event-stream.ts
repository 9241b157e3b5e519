import { Subject, type Observable } from 'rxjs';
import type { EngineEvent } from './events.ts';
import { createSinkList, type LostSink } from './sink-list.ts';
import type { TelemetrySink } from './sink.ts';

export interface EventStream {
  /** A listener here that throws brings the process down, as RxJS has it; code that may throw belongs into a sink. */
  readonly events$: Observable<EngineEvent>;
  /** False when nobody would take an event, so that it need not be built. */
  readonly hasListeners: boolean;
  emit(event: EngineEvent): void;
  /** Answers how to take the sink away again. */
  addSink(sink: TelemetrySink): () => void;
  /** Takes no more events, closes the sinks, then ends the stream. */
  complete(): Promise<void>;
}

/** Whether subscribers are given what models say as they say it. Sinks never are. */
export type Payloads = 'metadata' | 'full';

export function createEventStream({ payloads = 'metadata' }: { readonly payloads?: Payloads } = {}): EventStream {
  const subject = new Subject<EngineEvent>();
  const sinks = createSinkList();
  let last: EngineEvent | undefined;
  let completion: Promise<void> | undefined;

  const hasListeners = (): boolean => completion === undefined && (!sinks.isEmpty() || subject.observed);
  const deliver = (event: EngineEvent): void => {
    const told = withoutContent(event);
    const lost = sinks.write(told);
    subject.next(payloads === 'full' ? event : told);
    // Reported once everybody has the event that the report is about.
    report(lost, told);
  };
  const report = (lost: readonly LostSink[], event: EngineEvent): void => {
    for (const each of lost) deliver(sinkFailed(event, each));
  };
  const closeAll = async (): Promise<void> => {
    const lost = await sinks.close();
    if (last !== undefined) report(lost, last);
    subject.complete();
  };
  return {
    events$: subject.asObservable(),
    get hasListeners() {
      return hasListeners();
    },
    emit: (event) => {
      if (!hasListeners()) return;
      last = event;
      deliver(event);
    },
    addSink: (sink) => sinks.add(sink),
    complete: () => (completion ??= closeAll()),
  };
}

/** As sinks are told it: without what models say. */
export function withoutContent(event: EngineEvent): EngineEvent {
  if (event.type !== 'llm.chunk') return event;
  const { text: _text, ...data } = event.data;
  return { ...event, data };
}

/** Takes the place in the order of the event that was lost on the sink. */
function sinkFailed(event: EngineEvent, { sink, error }: LostSink): EngineEvent {
  const { v, time, seq, taskId } = event;
  const problem = error instanceof Error ? error.message : String(error);
  const id = `${taskId}/${seq}/sink.failed/${sink.name}`;
  return { id, type: 'sink.failed', v, time, seq, taskId, data: { sink: sink.name, problem } };
}
