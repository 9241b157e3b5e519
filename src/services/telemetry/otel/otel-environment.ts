import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';

/** What the standard variables say that the SDK leaves to whoever sets it up. */
export interface OtelSettings {
  readonly isDisabled: boolean;
  readonly hasTraces: boolean;
  readonly hasMetrics: boolean;
  readonly sampler: Sampler;
  readonly gatherMs: number;
  readonly metricIntervalMs: number;
  readonly capturesContent: boolean;
  readonly attributeLength: number | undefined;
  /** Where the exporters send to, for reports. */
  readonly addresses: Signals<string>;
  readonly timeouts: Signals<{ readonly timeoutMillis?: number }>;
}

interface Signals<Value> {
  readonly traces: Value;
  readonly metrics: Value;
}

const defaultAddress = 'http://localhost:4318';
/**
 * Ten seconds by the standard, for all tries of an exporter. The sink tries again by itself, and the end of a run is not to wait so
 * long for a collector that is not there.
 */
const defaultTimeoutMs = 2_000;

type Variables = Readonly<Record<string, string | undefined>>;

export function readOtelSettings(variables: Variables): OtelSettings {
  const capture = variables['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT']?.toLowerCase();
  return {
    isDisabled: variables['OTEL_SDK_DISABLED']?.toLowerCase() === 'true',
    hasTraces: variables['OTEL_TRACES_EXPORTER'] !== 'none',
    hasMetrics: variables['OTEL_METRICS_EXPORTER'] !== 'none',
    sampler: samplerFrom(variables),
    gatherMs: numberFrom(variables['OTEL_BSP_SCHEDULE_DELAY']) ?? 5_000,
    metricIntervalMs: numberFrom(variables['OTEL_METRIC_EXPORT_INTERVAL']) ?? 60_000,
    capturesContent: capture === 'true' || capture === 'span_only' || capture === 'span_and_event',
    attributeLength:
      numberFrom(variables['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT']) ??
      numberFrom(variables['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT']),
    addresses: { traces: addressFrom(variables, 'traces'), metrics: addressFrom(variables, 'metrics') },
    timeouts: { traces: timeoutFrom(variables, 'traces'), metrics: timeoutFrom(variables, 'metrics') },
  };
}

function addressFrom(variables: Variables, signal: keyof Signals<unknown>): string {
  const own = textFrom(variables[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`]);
  const base = textFrom(variables['OTEL_EXPORTER_OTLP_ENDPOINT']) ?? defaultAddress;
  return own ?? `${base.replace(/\/$/u, '')}/v1/${signal}`;
}

function timeoutFrom(variables: Variables, signal: keyof Signals<unknown>): { readonly timeoutMillis?: number } {
  const own = textFrom(variables[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_TIMEOUT`]);
  const set = own ?? textFrom(variables['OTEL_EXPORTER_OTLP_TIMEOUT']);
  return set === undefined ? { timeoutMillis: defaultTimeoutMs } : {};
}

function textFrom(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

function samplerFrom(variables: Variables): Sampler {
  const share = Number(variables['OTEL_TRACES_SAMPLER_ARG'] ?? 1);
  const ratio = share >= 0 && share <= 1 ? share : 1;
  const name = variables['OTEL_TRACES_SAMPLER']?.replace('parentbased_', '');
  const isOff = name === 'always_off';
  const all = isOff ? new AlwaysOffSampler() : new AlwaysOnSampler();
  return new ParentBasedSampler({ root: name === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : all });
}

function numberFrom(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const number = Number(text);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
