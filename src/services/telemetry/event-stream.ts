// 'rxjs' itself loads 220 files of operators that nothing here uses.
import { Observable } from 'rxjs/internal/Observable';
import { Subject } from 'rxjs/internal/Subject';
import { estimatedBytes, withoutContent } from './event-content.ts';
import type { EngineEvent } from './events.ts';
import { frozenEvent } from './frozen-event.ts';
import { redactEvent, type Redact } from './redaction.ts';
import { messageOf, type SinkTrouble } from './sink-health.ts';
import { createSinkPump, type SinkPump } from './sink-pump.ts';
import { endsWithin, processTimers, type SinkTimers } from './sink-timers.ts';
import type { TelemetrySink } from './sink.ts';

export interface EventStream {
  /** Events are frozen, all the way down. A listener here that throws brings the process down, as RxJS has it; code that may throw belongs into a sink. */
  readonly events$: Observable<EngineEvent>;
  /** False when nobody would take an event, so that it need not be built. */
  readonly hasListeners: boolean;
  emit(event: EngineEvent): void;
  /** Answers how to take the sink away again: it is given what was told before, and nothing more. */
  addSink(sink: TelemetrySink): () => void;
  /** Takes no more events, gives sinks what waits for them, closes them, then ends the stream. */
  complete(): Promise<void>;
}

export interface EventStreamOptions {
  /** Whether subscribers are given what models and tools were given and said; each sink says so for itself. */
  readonly payloads?: 'metadata' | 'full';
  /** Takes out of the texts of all events what nobody is to see. */
  readonly redact?: Redact | undefined;
  /** The event to tell in the place of another: also of those that the stream tells of itself. */
  readonly rewrite?: ((event: EngineEvent) => EngineEvent) | undefined;
  readonly timers?: SinkTimers;
  /** How long each sink is waited for at the end. */
  readonly closeLimitMs?: number;
}

const defaultCloseLimitMs = 3_000;
const mostEarly = 100;

interface StreamState {
  readonly options: EventStreamOptions;
  readonly timers: SinkTimers;
  readonly subject: Subject<EngineEvent>;
  /** What plugins failed at before the first task, for who subscribes until then. */
  early: readonly EngineEvent[];
  pumps: readonly SinkPump[];
  last: EngineEvent | undefined;
  /** How many deliveries are under way, one within the other. */
  depth: number;
  /** Told so far of sinks. */
  reports: number;
  readonly troubles: SinkTrouble[];
}

export function createEventStream(options: EventStreamOptions = {}): EventStream {
  const { timers = processTimers } = options;
  const subject = new Subject<EngineEvent>();
  const state: StreamState = {
    options,
    timers,
    subject,
    early: [],
    pumps: [],
    last: undefined,
    depth: 0,
    reports: 0,
    troubles: [],
  };
  let completion: Promise<void> | undefined;
  let hasBegun = false;
  const hasListeners = (): boolean => completion === undefined && (state.pumps.length > 0 || subject.observed);
  return {
    events$: new Observable<EngineEvent>((subscriber) => {
      for (const event of state.early) subscriber.next(event);
      return subject.subscribe(subscriber);
    }),
    get hasListeners() {
      return hasListeners();
    },
    emit: (event) => {
      const isEarly = event.type === 'plugin.failed' && event.taskId === '' && !hasBegun;
      hasBegun ||= event.taskId !== '';
      if (hasBegun) state.early = [];
      if (!isEarly && !hasListeners()) return;
      state.last = event;
      const told = deliver(state, event);
      if (isEarly) state.early = [...state.early, told].slice(-mostEarly);
    },
    addSink(sink) {
      const pump = createSinkPump(sink, { timers, report: (trouble) => report(state, trouble) });
      state.pumps = [...state.pumps, pump];
      return () => {
        state.pumps = state.pumps.filter((other) => other !== pump);
      };
    },
    complete: () => (completion ??= closeAll(state)),
  };
}

/** Answers what subscribers were told. */
function deliver(state: StreamState, event: EngineEvent, except?: TelemetrySink): EngineEvent {
  const { options, pumps, subject } = state;
  const isFull = options.payloads === 'full';
  const isContentWanted = isFull || pumps.some((pump) => pump.isFull);
  const told = isContentWanted ? event : withoutContent(event);
  const known = options.redact === undefined ? told : redactEvent(told, options.redact);
  const clean = frozenEvent(options.rewrite?.(known) ?? known);
  const bare = isContentWanted ? withoutContent(clean) : clean;
  const plain = bare === clean ? clean : frozenEvent(bare);
  const others = except === undefined ? pumps : pumps.filter(({ sink }) => sink !== except);
  state.depth += 1;
  try {
    offerAll(others, { clean, plain });
    subject.next(isFull ? clean : plain);
  } finally {
    state.depth -= 1;
  }
  if (state.depth === 0) tellTroubles(state);
  return isFull ? clean : plain;
}

interface Told {
  readonly clean: EngineEvent;
  readonly plain: EngineEvent;
}

function offerAll(pumps: readonly SinkPump[], { clean, plain }: Told): void {
  if (pumps.length === 0) return;
  const plainBytes = estimatedBytes(plain);
  const cleanBytes = clean === plain ? plainBytes : estimatedBytes(clean);
  for (const pump of pumps) {
    if (pump.isFull) pump.offer(clean, cleanBytes);
    else pump.offer(plain, plainBytes);
  }
}

function report(state: StreamState, trouble: SinkTrouble): void {
  state.troubles.push(trouble);
  if (state.depth === 0) tellTroubles(state);
}

/** Told once everybody has the event that the report is about. */
function tellTroubles(state: StreamState): void {
  for (let next = state.troubles.shift(); next !== undefined; next = state.troubles.shift()) {
    state.reports += 1;
    if (state.last !== undefined) deliver(state, sinkFailed(state.last, next, state.reports), next.sink);
  }
}

async function closeAll(state: StreamState): Promise<void> {
  const drainAll = async (): Promise<void> => {
    const { closeLimitMs = defaultCloseLimitMs } = state.options;
    await Promise.all(state.pumps.map((pump) => pump.drain(closeLimitMs)));
  };
  await drainAll();
  await drainAll(); // what was reported of sinks meanwhile
  const closing = state.pumps.filter(({ sink }) => sink.close !== undefined);
  state.pumps = state.pumps.filter(({ sink }) => sink.close === undefined);
  await Promise.all(closing.map((pump) => closeSink(state, pump)));
  await drainAll();
  state.subject.complete();
}

async function closeSink(state: StreamState, { sink, name }: SinkPump): Promise<void> {
  const { closeLimitMs = defaultCloseLimitMs } = state.options;
  try {
    const isClosed = await endsWithin(Promise.resolve(sink.close?.()), closeLimitMs, state.timers);
    if (!isClosed) report(state, { sink, name, problem: `It was not closed within ${closeLimitMs} ms.` });
  } catch (error) {
    report(state, { sink, name, problem: messageOf(error) });
  }
}

/** Takes the place in the order of the event that was told last. */
function sinkFailed(event: EngineEvent, { name, problem, dropped }: SinkTrouble, number: number): EngineEvent {
  const { v, time, seq, taskId, traceId, spanId } = event;
  const id = `${taskId}/${seq}/sink.failed/${number}`;
  const data = { sink: name, problem, ...(dropped !== undefined && { dropped }) };
  return { id, type: 'sink.failed', v, time, seq, taskId, traceId, spanId, data };
}
