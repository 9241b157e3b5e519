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
}

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
  };
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
