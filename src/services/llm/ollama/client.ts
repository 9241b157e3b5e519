import { failureError, failureOf } from '../../../errors/index.ts';
import { throwIfCancelled } from '../cancellation.ts';
import type { ModelAdapterOptions } from '../adapter-options.ts';
import { loadLibrary } from '../load-library.ts';
import type { LLMChunk, LLMClient, GenerateOptions, Prompt } from '../port.ts';
import { estimatePromptTokens } from '../tokens.ts';
import { readAnswer } from './answer.ts';
import { cutFailure } from './faults.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { chatRequest } from './request.ts';
import { findServer } from './server.ts';

/** Asks the models of an Ollama server. */
export function createOllamaClient({ alias, spec, environment = {} }: ModelAdapterOptions): LLMClient {
  async function* stream(prompt: Prompt, options: GenerateOptions): AsyncGenerator<LLMChunk> {
    const { model, signal, onBytes } = options;
    throwIfCancelled(signal);
    const server = findServer(spec, environment);
    const { Ollama } = await loadLibrary('ollama', () => import('ollama'));
    const answer = readAnswer(prompt, model);
    const own = new AbortController();
    const call = {
      alias,
      model,
      server,
      signal: AbortSignal.any([signal, own.signal]),
      ...(onBytes !== undefined && { onBytes }),
    };
    try {
      const ollama = new Ollama({ host: server.address, fetch: guardedFetch(call) });
      for await (const part of await ollama.chat(chatRequest(prompt, options, spec))) {
        throwIfCancelled(signal);
        const text = answer.take(part);
        // A chunk without text is a sign of life while the model thinks.
        yield answer.isDone() ? { text, result: answer.result() } : { text };
      }
      if (!answer.isDone()) throw failureError(cutFailure());
    } catch (error) {
      throwIfCancelled(signal);
      throw failureOf(error) === undefined ? failureError(cutFailure()) : error;
    } finally {
      own.abort(); // nobody reads on: the server need not go on either
    }
  }

  return {
    takesTools: true,
    stream,
    // A stream, too: for an answer in one piece `fetch` waits five minutes, and a model on a slow machine may take longer.
    async generate(prompt, options) {
      for await (const { result } of stream(prompt, options)) if (result !== undefined) return result;
      throw failureError(cutFailure());
    },
    countTokens: estimatePromptTokens,
  };
}
