import type { EngineEvent } from '../events.ts';
import type { Attributes, SpanDraft } from './span-draft.ts';

/** What began and is not over. */
export interface OpenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startMs: number;
  name: string;
  isClient: boolean;
  attributes: Attributes;
}

export interface SpanEnd {
  readonly endMs: number;
  /** Where it is known better than from what was seen of it. */
  readonly startMs?: number;
  readonly error?: SpanDraft['error'] | undefined;
}

/** What is open, by id. What was begun in another process is taken to begin with what is first heard of it. */
export interface OpenSpans {
  at(event: EngineEvent): OpenSpan;
  /** Ends a span, and before it what is open below it. */
  end(span: OpenSpan, end: SpanEnd): readonly SpanDraft[];
}

/** Spans of work that never ends are forgotten, the oldest first, once there are so many. */
const mostOpen = 20_000;

export function createOpenSpans(): OpenSpans {
  const open = new Map<string, OpenSpan>();
  const below = new Map<string, Set<string>>();
  const forget = ({ spanId, parentSpanId }: OpenSpan): void => {
    open.delete(spanId);
    below.delete(spanId);
    if (parentSpanId === undefined) return;
    const siblings = below.get(parentSpanId);
    siblings?.delete(spanId);
    if (siblings?.size === 0) below.delete(parentSpanId);
  };
  const end = (span: OpenSpan, { endMs, startMs, error }: SpanEnd): readonly SpanDraft[] => {
    const left = [...(below.get(span.spanId) ?? [])].flatMap((id) => open.get(id) ?? []);
    const drafts = left.flatMap((each) => end(each, { endMs, ...(error !== undefined && { error }) }));
    forget(span);
    // What was only heard of, and never said what it is, is none.
    if (span.name === '') return drafts;
    const { startMs: seenAt, ...rest } = span;
    const begunAt = Math.min(startMs ?? seenAt, endMs);
    return [...drafts, { ...rest, startMs: begunAt, endMs, ...(error !== undefined && { error }) }];
  };
  return {
    at(event) {
      const { traceId, spanId, parentSpanId, time } = event;
      const known = open.get(spanId);
      if (known !== undefined) return known;
      const span = {
        traceId,
        spanId,
        ...(parentSpanId !== undefined && { parentSpanId }),
        startMs: time,
        name: '',
        isClient: false,
        attributes: {},
      };
      open.set(spanId, span);
      if (parentSpanId !== undefined) below.set(parentSpanId, (below.get(parentSpanId) ?? new Set()).add(spanId));
      const [oldest] = open.size > mostOpen ? open.values() : [];
      if (oldest !== undefined) forget(oldest);
      return span;
    },
    end,
  };
}
