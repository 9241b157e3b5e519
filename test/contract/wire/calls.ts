import { inspect } from 'node:util';
import { failureOf, type Failure } from '../../../src/errors/index.ts';
import type { GenerateOptions, LLMClient, LLMResult, Prompt } from '../../../src/services/llm/index.ts';
import type { StreamAnswer } from '../../support/wire/answer.ts';
import type { Way } from '../../support/wire/faults.ts';
import type { WireFrames, WireProtocol } from '../../support/wire/protocol.ts';
import type { WireRequest, WireServerOptions } from '../../support/wire/server.ts';
import { chunksOf, optionsOf, promptOf } from '../model-client.ts';

export const ways: readonly Way[] = ['generate', 'stream'];

export interface Asked {
  readonly prompt?: Prompt;
  readonly options?: Partial<GenerateOptions>;
}

/** The result of one call, made either way. */
export async function ask(
  client: LLMClient,
  way: Way,
  { prompt = promptOf(), options }: Asked = {},
): Promise<LLMResult> {
  if (way === 'generate') return await client.generate(prompt, optionsOf(options));
  const chunks = await chunksOf(client.stream(prompt, optionsOf(options)));
  const result = chunks.at(-1)?.result;
  if (result === undefined) throw new Error('The stream ended without a result.');
  return result;
}

export interface Failed {
  readonly failure: Failure | undefined;
  /** All that can be seen of what was thrown: its class, its message, its fields, its cause. */
  readonly shown: string;
  readonly className: string;
}

export async function failedBy(work: Promise<unknown>): Promise<Failed> {
  try {
    await work;
  } catch (error) {
    const className = error instanceof Error ? error.constructor.name : typeof error;
    return { failure: failureOf(error), shown: inspect(error, { depth: 20, showHidden: true }), className };
  }
  return { failure: undefined, shown: 'no failure', className: 'none' };
}

export function streamOf({ streamHeaders }: WireProtocol, { start, end }: WireFrames): StreamAnswer {
  return { kind: 'stream', headers: streamHeaders, parts: [...start, ...end] };
}

/** Answers every request, in a stream where one is asked for. */
export function alwaysSays(protocol: WireProtocol, texts: readonly string[]): WireServerOptions {
  const isStream = ({ body }: WireRequest): boolean => protocol.sent(body).isStream;
  return {
    answer: (request) =>
      isStream(request) ? streamOf(protocol, protocol.frames({ texts })) : protocol.reply({ texts }),
  };
}
