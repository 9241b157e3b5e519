import { failureError } from '../../../../errors/index.ts';
import type { FinishReason, LLMResult } from '../../port.ts';
import type { OpenaiCall } from '../api.ts';
import { answerFailure, brokenAnswer } from '../failures.ts';
import { readToolCalls } from '../tool-calls.ts';
import { tokensOf } from '../usage.ts';
import { ResponsesReply } from './schema.ts';

/** Throws the failure that the response reports, and one when it is none. */
export function responsesResult(raw: unknown, { prompt, options, settings }: OpenaiCall): LLMResult {
  const read = ResponsesReply.safeParse(raw);
  if (!read.success) throw failureError(brokenAnswer(raw));
  const { model, status, error, output, usage } = read.data;
  if (status !== 'completed' && status !== 'incomplete')
    throw failureError(answerFailure(error ?? { message: `The answer is "${status}"` }, settings.secret));
  const written = output
    .filter((item) => item.type === 'function_call')
    .map(({ call_id: id, name, arguments: text }) => ({ id, name, arguments: text }));
  const said = { text: textOf(read.data), toolCalls: readToolCalls(written, prompt) };
  return {
    ...said,
    raw,
    model: model === '' ? options.model : model,
    finishReason: finishOf(read.data),
    ...tokensOf(usage, prompt, said),
  };
}

function partsOf({ output }: ResponsesReply) {
  return output.flatMap((item) => (item.type === 'message' ? item.content : []));
}

function textOf(reply: ResponsesReply): string {
  const texts = partsOf(reply).map((part) => {
    if (part.type === 'output_text') return part.text;
    return part.type === 'refusal' ? part.refusal : '';
  });
  return texts.join('');
}

function finishOf(reply: ResponsesReply): FinishReason {
  const { status, incomplete_details: details, output } = reply;
  if (status === 'incomplete') return details?.reason === 'content_filter' ? 'content_filter' : 'length';
  if (partsOf(reply).some(({ type }) => type === 'refusal')) return 'refusal';
  return output.some(({ type }) => type === 'function_call') ? 'tool_calls' : 'stop';
}
