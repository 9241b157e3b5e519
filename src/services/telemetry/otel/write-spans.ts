import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
  type AttributeValue,
  type HrTime,
  type Tracer,
} from '@opentelemetry/api';
import {
  SamplingDecision,
  TracerProvider,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Resource } from '@opentelemetry/resources';
import { attribute, schemaUrl } from './conventions.ts';
import type { ExportWatch } from './export-watch.ts';
import type { SpanDraft } from './span-draft.ts';

export interface SpanWriter {
  /** Takes spans that are over; they are sent with the next flush. */
  add(drafts: readonly SpanDraft[]): void;
  /**
   * Sends what there is. Rejects as soon as a request has failed. The exporter may still be trying: until it is over, all later
   * ones reject, too, and what it could not send is sent with the next one.
   */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface SpanWriterOptions {
  readonly exporter: SpanExporter;
  readonly sampler: Sampler;
  readonly resource: Resource;
  readonly version: string;
  readonly attributeLength: number | undefined;
  readonly watch: ExportWatch;
}

/** Spans that wait for an exporter that fails; what comes then is dropped by the buffer of the sink, which counts it. */
const largestExport = 512;

/** Makes spans of the SDK with the ids that events have, so that they are the same in every process. */
export function createSpanWriter(options: SpanWriterOptions): SpanWriter {
  const { exporter, sampler, resource, version, attributeLength, watch } = options;
  const ended: ReadableSpan[] = [];
  const next = { traceId: '', spanId: '' };
  const provider = new TracerProvider({
    resource,
    sampler,
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) => void ended.push(span),
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
    ...(attributeLength !== undefined && { spanLimits: { attributeValueLengthLimit: attributeLength } }),
  });
  let sending: Promise<void> | undefined;
  const sendAll = async (): Promise<void> => {
    while (ended.length > 0) {
      const batch = ended.slice(0, largestExport);
      await exported(exporter, batch);
      ended.splice(0, batch.length);
    }
  };
  const tracer = provider.getTracer('agent-engine', version, { schemaUrl });
  return {
    add(drafts) {
      for (const draft of drafts) {
        if (!isSampled(sampler, draft)) continue;
        next.traceId = draft.traceId;
        next.spanId = draft.spanId;
        writeSpan(tracer, draft);
      }
    },
    async flush() {
      if (sending !== undefined && watch.problem !== undefined) throw new Error(watch.problem);
      if (sending === undefined && ended.length === 0) return;
      sending ??= sendAll().finally(() => {
        sending = undefined;
      });
      await watch.follow(sending);
    },
    close: () => exporter.shutdown(),
  };
}

/** A trace is taken as a whole or not at all, whoever asks: the answer follows from its id. */
function isSampled(sampler: Sampler, { traceId, name }: SpanDraft): boolean {
  const { decision } = sampler.shouldSample(ROOT_CONTEXT, traceId, name, SpanKind.INTERNAL, {}, []);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

function writeSpan(tracer: Tracer, draft: SpanDraft): void {
  const { traceId, parentSpanId, name, isClient, startMs, endMs, attributes, error } = draft;
  const parent =
    parentSpanId === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED });
  const kind = isClient ? SpanKind.CLIENT : SpanKind.INTERNAL;
  const given: Record<string, AttributeValue> = {};
  for (const [key, value] of Object.entries(attributes)) given[key] = typeof value === 'object' ? [...value] : value;
  const span = tracer.startSpan(name, { kind, startTime: hrTime(startMs), attributes: given }, parent);
  if (error !== undefined) {
    span.setAttribute(attribute.errorType, error.type);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  }
  span.end(hrTime(endMs));
}

/** Small numbers would be taken for times since the process began. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1_000_000)];
}

/** The enum of the SDK is in a package of its own, which would be a dependency for one number. */
const succeeded = '0';

function exported(exporter: SpanExporter, spans: ReadableSpan[]): Promise<void> {
  return new Promise((resolve, reject) => {
    exporter.export(spans, ({ code, error }) => {
      if (String(code) === succeeded) resolve();
      else reject(error ?? new Error('The spans were not taken.'));
    });
  });
}
