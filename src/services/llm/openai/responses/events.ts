import { failureError } from '../../../../errors/index.ts';
import type { LLMChunk } from '../../port.ts';
import type { OpenaiCall } from '../api.ts';
import { answerFailure, brokenAnswer, ErrorBody } from '../failures.ts';
import { responsesResult } from './result.ts';
import { AnyEvent, DeltaEvent, EndEvent, ItemEvent } from './schema.ts';

const deltas = new Set(['response.output_text.delta', 'response.refusal.delta']);
const ends = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled']);

/** Reads the events of a stream, one after the other: the chunk of each, which for many is but a sign of life. */
export function eventReader(call: OpenaiCall): (event: unknown) => LLMChunk {
  const items: unknown[] = [];
  let streamed = '';
  let last = -1;

  const lastChunk = (event: unknown): LLMChunk => {
    const end = EndEvent.safeParse(event);
    if (!end.success) throw failureError(brokenAnswer(event));
    const { response } = end.data;
    // Some servers send what was put out only once.
    const isBare = Array.isArray(response['output']) && response['output'].length === 0;
    const result = responsesResult(isBare ? { ...response, output: items } : response, call);
    // The end has the whole text once more: what a stream lost shows, and what it said twice.
    if (!result.text.startsWith(streamed)) throw failureError(brokenAnswer(event));
    return { text: result.text.slice(streamed.length), result };
  };

  /** What was sent twice is told by its number. */
  const isRepeated = (number: number | undefined): boolean => {
    if (number === undefined) return false;
    const isOld = number <= last;
    last = Math.max(last, number);
    return isOld;
  };

  return (event) => {
    const { type, sequence_number: number } = AnyEvent.safeParse(event).data ?? { type: '' };
    if (isRepeated(number)) return { text: '' };
    if (ends.has(type)) return lastChunk(event);
    if (type === 'error')
      throw failureError(answerFailure(ErrorBody.safeParse(event).data ?? {}, call.settings.secret));
    if (type === 'response.output_item.done') items.push(ItemEvent.safeParse(event).data?.item);
    if (!deltas.has(type)) return { text: '' };
    const piece = DeltaEvent.safeParse(event);
    if (!piece.success) throw failureError(brokenAnswer(event));
    streamed += piece.data.delta;
    return { text: piece.data.delta };
  };
}
