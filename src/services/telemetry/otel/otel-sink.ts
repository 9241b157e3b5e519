import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { EngineEvent } from '../events.ts';
import type { BatchSink } from '../sink.ts';
import { createSpanBuilder } from './build-spans.ts';
import { attribute } from './conventions.ts';
import { readOtelSettings, type OtelSettings } from './otel-environment.ts';
import { createMetricRecorder } from './record-metrics.ts';
import type { SpanDraft } from './span-draft.ts';
import { createSpanWriter, type SpanWriter } from './write-spans.ts';

export interface OtelSinkOptions {
  /** Name of the workflow, for the spans of tasks. */
  readonly workflow: string;
  /** Of this package. */
  readonly version: string;
  readonly payloads?: 'full' | 'metadata' | 'none' | undefined;
  /** The standard variables of OpenTelemetry. The exporters read those of the process. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Default: OTLP over HTTP. */
  readonly exporters?: { readonly spans: SpanExporter; readonly metrics: PushMetricExporter };
}

/** Types that spans and metrics are made from. */
const taken = /^(?:task|stage|agent|tool)\.|^llm\.(?:requested|responded|failed)$/u;

/** Sends what happens to OpenTelemetry, as spans and metrics of the GenAI semantic conventions. */
export function createOtelSink(options: OtelSinkOptions): BatchSink {
  const { workflow, version, payloads = 'metadata', variables } = options;
  const settings = readOtelSettings(variables);
  if (settings.isDisabled) return { name: 'otel', takes: () => false, writeAll: () => undefined };
  const { spans, meters } = openExports(options, settings);
  const record = meters === undefined ? undefined : createMetricRecorder(meters, version);
  const build = createSpanBuilder({ workflow });
  const isFull = payloads === 'full' || (payloads !== 'none' && settings.capturesContent);
  const take = (event: EngineEvent): void => {
    const drafts = build(event);
    spans?.add(payloads === 'none' ? drafts.map((draft) => bare(draft)) : drafts);
    record?.(event);
  };
  return {
    name: 'otel',
    ...(isFull && { payloads: 'full' }),
    gatherMs: settings.gatherMs,
    takes: ({ type }) => taken.test(type),
    async writeAll(events) {
      await spans?.flush(); // what could not be sent before: these events are given again when it cannot be sent now
      for (const event of events) take(event);
      await spans?.flush().catch(() => undefined);
    },
    async close() {
      const ends = await Promise.allSettled([spans?.flush(), meters?.shutdown()]);
      await spans?.close();
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed !== undefined) throw failed.reason instanceof Error ? failed.reason : new Error(String(failed.reason));
    },
  };
}

interface Exports {
  readonly spans?: SpanWriter;
  readonly meters?: MeterProvider;
}

function openExports({ version, exporters }: OtelSinkOptions, settings: OtelSettings): Exports {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'agent-engine' }))
    .merge(detectResources({ detectors: [envDetector] }));
  const { hasTraces, hasMetrics, metricIntervalMs } = settings;
  return {
    ...(hasTraces && {
      spans: createSpanWriter({
        ...settings,
        resource,
        version,
        exporter: exporters?.spans ?? new OTLPTraceExporter(),
      }),
    }),
    ...(hasMetrics && {
      meters: new MeterProvider({
        resource,
        readers: [
          new PeriodicExportingMetricReader({
            exporter: exporters?.metrics ?? new OTLPMetricExporter(),
            exportIntervalMillis: Math.max(1, metricIntervalMs),
            exportTimeoutMillis: Math.max(1, Math.min(30_000, metricIntervalMs)),
          }),
        ],
      }),
    }),
  };
}

/** Names, times and what went wrong, and nothing else. */
function bare(draft: SpanDraft): SpanDraft {
  const operation = draft.attributes[attribute.operation];
  const { error, ...rest } = draft;
  return {
    ...rest,
    attributes: operation === undefined ? {} : { [attribute.operation]: operation },
    ...(error !== undefined && { error: { type: error.type, message: '' } }),
  };
}
