import { failureError } from '../../../errors/index.ts';
import type { Prompt } from '../port.ts';
import { isAt, type CassetteCall } from './cassette.ts';
import { sorted, type CassetteRequest } from './cassette-request.ts';

export interface Miss {
  readonly cassette: string;
  readonly prompt: Prompt;
  readonly request: CassetteRequest;
  readonly calls: readonly CassetteCall[];
}

/** A call that was never recorded. Says how the nearest one differs, by place alone: prompts are not for messages. */
export function cassetteMiss({ cassette, prompt, request, calls }: Miss): Error {
  const { agent, stage, call } = prompt.subject;
  const nearest = nearestCall(prompt, request, calls);
  const comparison =
    nearest === undefined
      ? 'The cassette is empty.'
      : `The nearest one, call ${nearest.call + 1} of agent "${nearest.agent}" in stage "${nearest.stage}", differs in ${differences(request, nearest.request).join(', ')}.`;
  return failureError({
    code: 'provider.cassette_miss',
    message: `The cassette "${cassette}" has no answer to call ${call + 1} of agent "${agent}" in stage "${stage}". ${comparison}`,
    hint: 'Undo what changed the prompt, or record the call: set "records" to the model to ask and "record: missing".',
    details: { cassette, agent, stage, call: call + 1 },
  });
}

/** That of the same place, else of the same stage, else of the same agent; among them the one with most in common. */
function nearestCall(
  { subject }: Prompt,
  request: CassetteRequest,
  calls: readonly CassetteCall[],
): CassetteCall | undefined {
  const ranked = calls.map((call) => {
    const near = [isAt(call, subject), call.stage === subject.stage, call.agent === subject.agent];
    return { call, rank: [...near.map(Number), -differences(request, call.request).length] };
  });
  const [best] = ranked.toSorted((one, other) => {
    const at = one.rank.findIndex((value, index) => value !== other.rank[index]);
    return at === -1 ? 0 : (other.rank[at] ?? 0) - (one.rank[at] ?? 0);
  });
  return best?.call;
}

/** The parts of two requests that are not the same. */
function differences(asked: CassetteRequest, recorded: CassetteRequest): string[] {
  const found: string[] = [];
  const line = firstDifference(asked.system, recorded.system);
  if (line !== undefined) found.push(`the system text (line ${line})`);
  for (const [index, message] of asked.messages.entries()) {
    const other = recorded.messages[index];
    if (other === undefined || textOf(message) === textOf(other)) continue;
    const at = firstDifference(message.content, other.content);
    found.push(at === undefined ? `message ${index + 1}` : `message ${index + 1} (line ${at})`);
  }
  const counts = [asked.messages.length, recorded.messages.length];
  if (counts[0] !== counts[1]) found.push(`the number of messages (${counts[0]}, recorded ${counts[1]})`);
  if (textOf(asked.output_schema) !== textOf(recorded.output_schema)) found.push('the output schema');
  if (textOf(asked.tools) !== textOf(recorded.tools)) found.push('the tools');
  if (asked.tool_choice !== recorded.tool_choice) found.push('whether tools may be called');
  if (asked.temperature !== recorded.temperature) found.push('the temperature');
  return found;
}

/** Counted from 1; nothing when all lines are the same. */
function firstDifference(asked: readonly string[], recorded: readonly string[]): number | undefined {
  const length = Math.max(asked.length, recorded.length);
  for (let index = 0; index < length; index += 1) if (asked[index] !== recorded[index]) return index + 1;
  return undefined;
}

function textOf(part: unknown): string {
  return JSON.stringify(sorted(part)) ?? '';
}
