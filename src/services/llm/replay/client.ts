import { throwIfCancelled } from '../cancellation.ts';
import { inPieces } from '../pieces.ts';
import type { GenerateOptions, LLMChunk, LLMClient, LLMResult, Prompt } from '../port.ts';
import { estimatePromptTokens } from '../tokens.ts';
import type { CassetteFile } from './cassette-file.ts';
import { cassetteMiss } from './cassette-miss.ts';
import { cassetteRequest, keyOf, type CassetteRequest } from './cassette-request.ts';
import { cassetteCall, isAt, resultOf, type CallPlace, type CassetteCall } from './cassette.ts';

/** The model whose calls are recorded. */
export interface RecordedModel {
  readonly client: LLMClient;
  /** Its name at its provider. */
  readonly model: string;
}

export interface ReplayOptions {
  readonly file: CassetteFile;
  /** Asked for calls that are not recorded; with `always` for all of them. Without it nothing is asked. */
  readonly recorded?: RecordedModel;
  readonly always?: boolean;
  /** Takes secrets out of plain JSON before it is compared or written. */
  readonly redact?: <Part>(part: Part) => Part;
}

const charactersPerChunk = 80;

/**
 * Plays what was recorded. It counts nothing itself: which of several answers to the same question is given hangs on where the
 * call is made, so that a resumed process gets the answers the first one would have got.
 */
export function createReplayClient({ file, recorded, always = false, redact = same }: ReplayOptions): LLMClient {
  const known = file.read();
  const client = recorded?.client;

  const find = (prompt: Prompt, request: CassetteRequest): CassetteCall | undefined => {
    if (recorded === undefined) return bestOf(known?.asking(keyOf(request)) ?? [], prompt.subject);
    if (always) return undefined;
    // what is recorded for another place would be no recording of this one
    return file
      .read()
      ?.asking(keyOf(request))
      .find((call) => isAt(call, prompt.subject));
  };
  const keep = (prompt: Prompt, request: CassetteRequest, result: LLMResult): void => {
    const { text, toolCalls } = result;
    const call = cassetteCall(prompt, request, { ...result, ...redact({ text, toolCalls }) });
    file.add(call, client?.takesTools ?? true);
  };
  // before texts are cut into lines, since a secret may have several
  const requestOf = ({ system, messages, ...prompt }: Prompt, options: GenerateOptions): CassetteRequest =>
    redact(cassetteRequest({ ...prompt, ...redact({ system, messages }) }, options));

  async function* stream(prompt: Prompt, options: GenerateOptions): AsyncGenerator<LLMChunk> {
    throwIfCancelled(options.signal);
    const request = requestOf(prompt, options);
    const call = find(prompt, request);
    if (call !== undefined) {
      yield* played(call, options);
      return;
    }
    if (recorded === undefined) throw cassetteMiss({ cassette: file.name, prompt, request, calls: known?.calls ?? [] });
    for await (const chunk of recorded.client.stream(prompt, { ...options, model: recorded.model })) {
      if (chunk.result !== undefined) keep(prompt, request, chunk.result);
      yield chunk;
    }
  }

  return {
    takesTools: client?.takesTools ?? known?.takesTools ?? true,
    stream,
    async generate(prompt, options) {
      throwIfCancelled(options.signal);
      const request = requestOf(prompt, options);
      const call = find(prompt, request);
      if (call !== undefined) return resultOf(call);
      if (recorded === undefined)
        throw cassetteMiss({ cassette: file.name, prompt, request, calls: known?.calls ?? [] });
      const result = await recorded.client.generate(prompt, { ...options, model: recorded.model });
      keep(prompt, request, result);
      return result;
    },
    countTokens: (prompt) => client?.countTokens(prompt) ?? estimatePromptTokens(prompt),
  };
}

async function* played(call: CassetteCall, { signal }: GenerateOptions): AsyncGenerator<LLMChunk> {
  const result = resultOf(call);
  const pieces = inPieces(result.text, Math.ceil(result.text.length / charactersPerChunk));
  for (const [index, text] of pieces.entries()) {
    await Promise.resolve();
    throwIfCancelled(signal);
    yield index === pieces.length - 1 ? { text, result } : { text };
  }
}

/**
 * Of several answers to the same question that of the same place. Else the last one before it in the same stage: an attempt
 * more than was recorded, after a fault that only this run had. Else the first.
 */
function bestOf(calls: readonly CassetteCall[], place: CallPlace): CassetteCall | undefined {
  const inStage = calls.filter((call) => isAt({ ...call, call: 0 }, { ...place, call: 0 }));
  return (
    inStage.find((call) => call.call === place.call) ??
    inStage.findLast((call) => call.call < place.call) ??
    inStage[0] ??
    calls[0]
  );
}

function same<Part>(part: Part): Part {
  return part;
}
