import type { EmbeddingSpec } from '../../../manifest/index.ts';
import type { ModelAdapterOptions, StartTimer } from '../../llm/adapter-options.ts';
import type { Environment } from '../../security/index.ts';

export interface EmbedderOptions<Spec extends EmbeddingSpec = EmbeddingSpec> {
  /** With the values of all `${env:NAME}` in it. */
  readonly spec: Spec;
  /** Where keys and addresses of providers stand. Default: nowhere. */
  readonly environment?: Environment;
  /** Measures the time limits of requests. Default: real time. */
  readonly startTimer?: StartTimer;
}

export type RemoteSpec = Extract<EmbeddingSpec, { provider: 'openai' | 'ollama' }>;

/** What failures call the model by: where it stands in memory.yaml. */
const alias = 'memory.embedding';

/** The same provider as the adapters of models take it, whose addresses, keys and failures are used here, too. */
export function asModel({ spec, environment = {} }: EmbedderOptions<RemoteSpec>): ModelAdapterOptions {
  const { provider, model, base_url, api_key } = spec;
  return {
    alias,
    environment,
    spec: {
      provider,
      ...(model !== undefined && { model }),
      ...(base_url !== undefined && { base_url }),
      ...(api_key !== undefined && { api_key }),
    },
  };
}
