import { throwIfCancelled } from '../cancellation.ts';
import type { ModelAdapterOptions } from '../adapter-options.ts';
import type { GenerateOptions, LLMChunk, LLMClient, Prompt } from '../port.ts';
import { tokenCounterFor } from '../../tokenizer/index.ts';
import { countPromptTokens } from '../tokens.ts';
import type { OpenaiCall } from './api.ts';
import { chatApi } from './chat/index.ts';
import { asFailure } from './failures.ts';
import { responsesApi } from './responses/index.ts';
import { createSdkClient } from './sdk.ts';
import { settingsOf, type OpenaiSettings } from './settings.ts';

const apis = { chat: chatApi, responses: responsesApi };

/** Asks models of OpenAI, and those of every server that speaks like it. */
export function createOpenaiClient(options: ModelAdapterOptions): LLMClient {
  const count = tokenCounterFor(options.spec, options.alias);
  const callOf = async (prompt: Prompt, given: GenerateOptions, settings: OpenaiSettings): Promise<OpenaiCall> => ({
    client: await createSdkClient(settings, given.onBytes),
    prompt,
    options: given,
    settings,
    maxOutputTokens: given.maxOutputTokens ?? options.spec.max_output_tokens,
  });

  return {
    takesTools: true,
    async generate(prompt, given) {
      throwIfCancelled(given.signal);
      const settings = settingsOf(options);
      try {
        return await apis[settings.api].generate(await callOf(prompt, given, settings));
      } catch (error) {
        throwIfCancelled(given.signal);
        throw asFailure(error, settings.secret);
      }
    },
    async *stream(prompt, given): AsyncGenerator<LLMChunk> {
      throwIfCancelled(given.signal);
      const settings = settingsOf(options);
      try {
        for await (const chunk of apis[settings.api].stream(await callOf(prompt, given, settings))) {
          throwIfCancelled(given.signal);
          yield chunk;
        }
      } catch (error) {
        throwIfCancelled(given.signal);
        throw asFailure(error, settings.secret);
      }
    },
    countTokens: (prompt) => countPromptTokens(prompt, count),
  };
}
