import type { WireProtocol } from '../wire/protocol.ts';
import { anthropicProtocol } from '../wire/anthropic.ts';
import { ollamaProtocol } from '../wire/ollama.ts';
import { openaiChat } from '../wire/openai/chat.ts';
import { openaiResponses } from '../wire/openai/responses.ts';
import { wireKey } from '../wire/faults.ts';

/** A model behind a network, as manifests and environments name it. */
export interface DeskProvider {
  /** The name of the model in engine.yaml. */
  readonly name: string;
  readonly protocol: WireProtocol;
  /** Fields of the model but its address, when the key comes from where the provider looks for it by itself. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Fields with which the key comes from another variable. */
  readonly keyed: Readonly<Record<string, unknown>>;
}

export const otherKey = 'sk-desk-zyxwvutsrqponm9876543210';

/** Both keys, where providers look for them by themselves and where manifests say so. */
export const keyEnvironment = {
  ANTHROPIC_API_KEY: wireKey,
  OPENAI_API_KEY: wireKey,
  OLLAMA_API_KEY: wireKey,
  DESK_KEY: otherKey,
};

function provider(name: string, protocol: WireProtocol, fields: Readonly<Record<string, unknown>> = {}): DeskProvider {
  const spec = { provider: protocol.provider, model: 'test-model', ...fields };
  return { name, protocol, spec, keyed: { ...spec, api_key: '${env:DESK_KEY}' } };
}

export const deskProviders: readonly DeskProvider[] = [
  provider('claude', anthropicProtocol),
  provider('responses', openaiResponses, { api: 'responses' }),
  provider('chat', openaiChat),
  // The key of the environment is not sent to this machine, one that a manifest names is.
  provider('llama', ollamaProtocol, { api_key: '${env:OLLAMA_API_KEY}' }),
];
