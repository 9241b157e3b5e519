import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { EngineEvent } from '../events.ts';
import type { BatchSink } from '../sink.ts';
import { createSpanBuilder } from './build-spans.ts';
import { attribute } from './conventions.ts';
import { createExportWatch, type ExportWatch } from './export-watch.ts';
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
  const watches = {
    traces: createExportWatch({ what: 'Traces', address: addressOf(options, settings.addresses.traces) }),
    metrics: createExportWatch({ what: 'Metrics', address: addressOf(options, settings.addresses.metrics) }),
  };
  const { spans, meters } = openExports(options, settings, watches.traces);
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
      const { problem } = watches.traces;
      const sending = problem === undefined ? spans?.flush() : Promise.reject(new Error(problem));
      const measured = meters?.shutdown() ?? Promise.resolve();
      // Where nobody takes the one, nobody waits for the other.
      if (problem !== undefined) measured.catch(() => undefined);
      const metrics = problem === undefined ? watches.metrics.follow(measured) : undefined;
      const ends = await Promise.allSettled([sending, metrics]);
      for (const watch of [watches.traces, watches.metrics]) watch.close();
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed === undefined) await spans?.close();
      else {
        spans?.close().catch(() => undefined); // it waits for what it is still trying to send
        throw failed.reason instanceof Error ? failed.reason : new Error(String(failed.reason));
      }
    },
  };
}

interface Exports {
  readonly spans?: SpanWriter;
  readonly meters?: MeterProvider;
}

/** A test has exporters of its own, which send nothing. */
function addressOf({ exporters }: OtelSinkOptions, address: string): URL | undefined {
  return exporters === undefined && URL.canParse(address) ? new URL(address) : undefined;
}

function openExports({ version, exporters }: OtelSinkOptions, settings: OtelSettings, watch: ExportWatch): Exports {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'agent-engine' }))
    .merge(detectResources({ detectors: [envDetector] }));
  const { hasTraces, hasMetrics, metricIntervalMs, timeouts } = settings;
  return {
    ...(hasTraces && {
      spans: createSpanWriter({
        ...settings,
        watch,
        resource,
        version,
        exporter: exporters?.spans ?? new OTLPTraceExporter(timeouts.traces),
      }),
    }),
    ...(hasMetrics && {
      meters: new MeterProvider({
        resource,
        readers: [
          new PeriodicExportingMetricReader({
            exporter: exporters?.metrics ?? new OTLPMetricExporter(timeouts.metrics),
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
