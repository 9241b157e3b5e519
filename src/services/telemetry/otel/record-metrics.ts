import type { Histogram, MeterProvider } from '@opentelemetry/api';
import type { EngineEvent } from '../events.ts';
import { attribute, buckets, metric, schemaUrl } from './conventions.ts';
import { present } from './span-draft.ts';

/** Keeps count of what calls of models took: tokens and time. */
export function createMetricRecorder(provider: MeterProvider, version: string): (event: EngineEvent) => void {
  const meter = provider.getMeter('agent-engine', version, { schemaUrl });
  const histogram = (kind: keyof typeof metric): Histogram => {
    const { name, unit, description } = metric[kind];
    return meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: [...buckets[kind]] } });
  };
  const tokens = histogram('tokens');
  const duration = histogram('duration');
  return (event) => {
    if (event.type !== 'llm.responded' && event.type !== 'llm.failed') return;
    const { provider: name, model, requestModel = model, durationMs } = event.data;
    const common = {
      [attribute.operation]: 'chat',
      [attribute.provider]: name,
      [attribute.requestModel]: requestModel,
    };
    if (event.type === 'llm.failed') {
      duration.record(durationMs / 1_000, { ...common, [attribute.errorType]: event.data.failure.code });
      return;
    }
    duration.record(durationMs / 1_000, common);
    const counts = present({ input: event.data.inputTokens, output: event.data.outputTokens });
    for (const [type, count] of Object.entries(counts)) {
      if (typeof count === 'number') tokens.record(count, { ...common, [attribute.tokenType]: type });
    }
  };
}
