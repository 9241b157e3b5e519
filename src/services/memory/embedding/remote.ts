import { failureError, failureOf, type Failure, type FailureKind } from '../../../errors/index.ts';
import { durationMs } from '../../../manifest/index.ts';
import type { StartTimer } from '../../llm/adapter-options.ts';
import { throwIfCancelled } from '../../llm/cancellation.ts';
import { networkFailure } from '../../llm/provider-failure.ts';
import { batchesOf, sentText } from './batches.ts';
import type { EmbedderOptions, RemoteSpec } from './embedder-options.ts';
import type { Embedder } from './port.ts';
import { withTimeLimit } from './time-limit.ts';
import { unitVector } from './unit-vector.ts';

/** One way to ask a provider. */
export interface EmbeddingApi {
  readonly model: string;
  /** Texts of one request. */
  readonly mostTexts: number;
  /** The vectors of one request as the provider gives them. Throws failures. */
  ask(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]>;
}

const defaultTimeout = '1m';
/** The longest that Node can wait. */
const longestMs = 2_147_483_647;

const realTimer: StartTimer = (delayMs, onDue) => {
  const timer = setTimeout(onDue, delayMs);
  return () => clearTimeout(timer);
};

/** What all providers behind a network have in common: batches, time limits, and a look at what comes back. */
export function createRemoteEmbedder(options: EmbedderOptions<RemoteSpec>, api: EmbeddingApi): Embedder {
  const { spec, startTimer = realTimer } = options;
  const { provider, timeout = defaultTimeout } = spec;
  const limitMs = Math.min(durationMs(timeout), longestMs);
  let dimensions = spec.dimensions;

  const askBatch = async (texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> => {
    const limit = { provider, limitMs, signal, startTimer };
    const answered = await withTimeLimit(limit, (limited) => api.ask(texts, limited));
    if (answered.length !== texts.length)
      throw failureError(networkFailure({ provider }, `It gave ${answered.length} vectors for ${texts.length} texts`));
    return answered.map((numbers) => {
      const wanted = dimensions ?? numbers.length;
      if (numbers.length !== wanted || wanted === 0) throw failureError(otherDimensions(spec, numbers.length, wanted));
      dimensions = wanted;
      const vector = unitVector(numbers);
      if (vector === undefined) throw failureError(networkFailure({ provider }, 'It gave numbers that are too large'));
      return vector;
    });
  };

  return {
    model: `${provider}/${api.model}`,
    get dimensions() {
      return dimensions;
    },
    async embed(texts, signal) {
      throwIfCancelled(signal);
      try {
        const vectors: Float32Array[] = [];
        for (const batch of batchesOf(texts.map(sentText), api.mostTexts)) {
          throwIfCancelled(signal);
          vectors.push(...(await askBatch(batch, signal)));
        }
        return vectors;
      } catch (error) {
        throwIfCancelled(signal);
        const failure = failureOf(error);
        throw failure === undefined ? error : failureError(withOwnHint(failure));
      }
    },
  };
}

function otherDimensions({ provider, dimensions }: RemoteSpec, found: number, wanted: number): Failure {
  return {
    code: 'provider.bad_request',
    message: `Provider "${provider}" gave vectors of ${found} numbers where ${wanted} were expected.`,
    hint:
      dimensions === undefined
        ? 'Check that one model answers at "base_url" of "embedding" in memory.yaml.'
        : 'Take "dimensions" out of "embedding" in memory.yaml, or use a model that can give as many.',
    details: { provider },
  };
}

const ofModels = /engine\.yaml|fallback_models|context_window|tool_calls|context profile|of the model|another model/u;
const hints: Readonly<Partial<Record<FailureKind, string>>> = {
  'provider.auth': 'Set the environment variable of the key, or name it in "api_key" of "embedding" in memory.yaml.',
  'provider.bad_request': 'Check "model", "base_url" and "dimensions" of "embedding" in memory.yaml.',
  'provider.context_length': 'Use a model in "embedding" of memory.yaml that takes longer texts.',
  'provider.network': 'Check the network and "base_url" of "embedding" in memory.yaml, and try it again.',
};

/** The failure as it is told by the adapters of models, but for advice on manifests that say nothing of embeddings. */
function withOwnHint(failure: Failure): Failure {
  if (failure.hint === undefined || !ofModels.test(failure.hint)) return failure;
  return { ...failure, hint: hints[failure.code] ?? 'Try it again later.' };
}
