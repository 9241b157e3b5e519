import type * as Sdk from '@anthropic-ai/sdk';
import type { ModelAdapterOptions } from '../adapter-options.ts';
import { heardResponse } from '../heard-response.ts';
import { loadLibrary } from '../load-library.ts';
import type { AskedProvider } from '../provider-failure.ts';

/** The SDK, loaded, and a client of it. */
export interface Connection {
  readonly client: Sdk.Anthropic;
  readonly sdk: typeof Sdk;
  readonly asked: AskedProvider;
}

const defaultAddress = 'https://api.anthropic.com';

/** The longest that a timer can be set to: calls are watched elsewhere, and the SDK gives up after ten minutes. */
const never = 2_147_483_647;

/** What is given here keeps the SDK from reading the environment. */
export async function connect(
  { spec, environment = {} }: ModelAdapterOptions,
  key: string,
  onBytes: (() => void) | undefined,
): Promise<Connection> {
  const sdk = await loadLibrary(spec.provider, () => import('@anthropic-ai/sdk'));
  const client = new sdk.Anthropic({
    apiKey: key,
    baseURL: spec.base_url ?? (environment['ANTHROPIC_BASE_URL'] || defaultAddress),
    webhookKey: null,
    maxRetries: 0, // the attempt machine retries; two layers would multiply
    timeout: never,
    logLevel: 'off',
    openTelemetry: false,
    fetch: async (url, init) => heardResponse(await fetch(url, init), onBytes),
  });
  return { client, sdk, asked: { provider: spec.provider, key } };
}
