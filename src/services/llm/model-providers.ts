import { EngineError } from '../../errors/index.ts';
import type { ModelSpec } from '../../manifest/index.ts';
import { nearestWord } from '../json/nearest-word.ts';
import type { ModelAdapterOptions, ModelClientOptions } from './adapter-options.ts';
import { createAnthropicClient } from './anthropic/client.ts';
import { createOfflineClient } from './offline/client.ts';
import { createOpenaiClient } from './openai/client.ts';
import { createOllamaClient } from './ollama/client.ts';
import type { LLMClient } from './port.ts';
import { askPlainly } from './plain-requests.ts';
import { openCassetteFile } from './replay/cassette-file.ts';
import { createReplayClient } from './replay/client.ts';
import { parseScript } from './script.ts';
import { createScriptedClient } from './scripted.ts';
import { watchCalls } from './watch-call.ts';

type ModelFactory = (options: ModelAdapterOptions) => LLMClient;

/** For providers behind a network, which may never answer, and refuse what is not as they want it. */
function remote(create: ModelFactory): ModelFactory {
  return (options) => askPlainly(watchCalls(create(options), options.spec, options.startTimer));
}

export const modelProviders = {
  offline: () => createOfflineClient(),
  scripted: ({ alias, script }) => {
    if (script !== undefined) return createScriptedClient(parseScript(script));
    throw new EngineError('MODEL_SCRIPT_INVALID', `Model "${alias}" is scripted and names no script.`, {
      hint: `Add "script: path/to/replies.yaml" to model "${alias}" in engine.yaml.`,
    });
  },
  replay: createReplay,
  anthropic: remote(createAnthropicClient),
  openai: remote(createOpenaiClient),
  ollama: remote(createOllamaClient),
} as const satisfies Record<string, ModelFactory>;
export type ModelProvider = keyof typeof modelProviders;

function createReplay({ alias, spec, projectDirectory = '.', recorded, redact }: ModelAdapterOptions): LLMClient {
  const { cassette, record } = spec;
  if (cassette === undefined)
    throw new EngineError('MODEL_CASSETTE_INVALID', `Model "${alias}" replays and names no cassette.`, {
      hint: `Add "cassette: path/to/cassette.json" to model "${alias}" in engine.yaml.`,
    });
  return createReplayClient({
    file: openCassetteFile(cassette, projectDirectory),
    always: record === 'all',
    ...(recorded !== undefined && { recorded }),
    ...(redact !== undefined && { redact }),
  });
}

/** The client for one entry of `engine.models`. */
export function createModelClient(alias: string, spec: ModelSpec, options: ModelClientOptions = {}): LLMClient {
  const { provider } = spec;
  if (isModelProvider(provider)) return modelProviders[provider]({ ...options, alias, spec });
  const known = Object.keys(modelProviders);
  const guess = nearestWord(provider, known);
  const hint =
    guess === undefined ? `Use one of ${known.map((name) => `"${name}"`).join(', ')}.` : `Did you mean "${guess}"?`;
  throw new EngineError(
    'MODEL_ADAPTER_UNKNOWN',
    `Model "${alias}" names the provider "${provider}", which does not exist.`,
    {
      hint,
      details: { provider, known },
    },
  );
}

function isModelProvider(name: string): name is ModelProvider {
  return Object.hasOwn(modelProviders, name);
}
