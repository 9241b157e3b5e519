import { failureError } from '../../errors/index.ts';
import { realDelay, throwIfCancelled, untilCancelled, type Delay } from './cancellation.ts';
import { inPieces } from './pieces.ts';
import type { GenerateOptions, LLMChunk, LLMClient, LLMResult, Prompt } from './port.ts';
import type { ReplySpec, ScriptSpec } from './script.ts';
import { estimateTokens } from '../tokens.ts';
import { estimatePromptTokens } from './tokens.ts';

export interface ScriptedOptions {
  /** Waits in place of the clock, for tests. */
  readonly delay?: Delay;
}

/** Answers from a script. It counts nothing itself, so that a resumed process gets the answers the first one would have got. */
export function createScriptedClient(script: ScriptSpec, { delay = realDelay }: ScriptedOptions = {}): LLMClient {
  const replies = script.replies.map((reply) => ({
    reply,
    pattern: reply.match === undefined ? undefined : new RegExp(reply.match, 'u'),
  }));
  const find = (prompt: Prompt): ReplySpec => {
    const text = promptText(prompt);
    const found = replies.find(
      ({ reply, pattern }) => concerns(reply, prompt) && (pattern === undefined || pattern.test(text)),
    );
    if (found === undefined) throw noReply(prompt);
    return found.reply;
  };

  async function* stream(prompt: Prompt, options: GenerateOptions): AsyncGenerator<LLMChunk> {
    throwIfCancelled(options.signal);
    const reply = find(prompt);
    const pieces = inPieces(textOf(reply), reply.chunks ?? 1);
    const delayMs = (reply.delay_ms ?? 0) / pieces.length;
    for (const [index, text] of pieces.entries()) {
      if (delayMs > 0) await delay(delayMs, options.signal);
      throwIfCancelled(options.signal);
      if (reply.stall === true) await untilCancelled(options.signal);
      if (reply.fail !== undefined) throw failed(reply.fail, prompt);
      yield index === pieces.length - 1 ? { text, result: resultOf(reply, prompt, options) } : { text };
    }
  }

  return {
    takesTools: true,
    stream,
    generate: async (prompt, options) => {
      for await (const { result } of stream(prompt, options)) if (result !== undefined) return result;
      throw noReply(prompt);
    },
    countTokens: estimatePromptTokens,
  };
}

function concerns(reply: ReplySpec, { subject }: Prompt): boolean {
  return (
    (reply.agent === undefined || reply.agent === subject.agent) &&
    (reply.stage === undefined || reply.stage === subject.stage) &&
    (reply.call === undefined || reply.call === subject.call + 1)
  );
}

function promptText(prompt: Prompt): string {
  return [prompt.system, ...prompt.messages.map(({ content }) => content)].join('\n\n');
}

function textOf({ reply }: ReplySpec): string {
  if (reply === undefined) return '';
  return typeof reply === 'string' ? reply : JSON.stringify(reply);
}

function resultOf(reply: ReplySpec, prompt: Prompt, { model }: GenerateOptions): LLMResult {
  const text = textOf(reply);
  const toolCalls = (reply.tool_calls ?? []).map(({ id, tool, arguments: given }, at) => ({
    id: id ?? `call_${prompt.subject.call + 1}_${at + 1}`,
    tool,
    arguments: given ?? {},
  }));
  const promptTokens = reply.tokens?.prompt ?? estimatePromptTokens(prompt);
  const completionTokens = reply.tokens?.completion ?? estimateTokens(text);
  return {
    text,
    toolCalls,
    raw: null,
    model,
    finishReason: reply.finish ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens,
    cachedTokens: 0,
  };
}

function failed({ code, message, retry_after_ms }: NonNullable<ReplySpec['fail']>, { subject }: Prompt): Error {
  return failureError({
    code,
    message: message ?? `The script lets agent "${subject.agent}" fail in stage "${subject.stage}".`,
    ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
  });
}

function noReply({ subject }: Prompt): Error {
  const { agent, stage, call } = subject;
  return failureError({
    code: 'agent.no_answer',
    message: `The script has no reply for call ${call + 1} of agent "${agent}" in stage "${stage}".`,
    hint: `Add { agent: ${agent}, stage: ${stage}, call: ${call + 1}, reply: … } to the script, or a reply without "call".`,
  });
}
