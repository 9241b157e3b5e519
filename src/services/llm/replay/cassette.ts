import { z } from 'zod';
import { EngineError } from '../../../errors/index.ts';
import { finishReasons, type LLMResult, type Prompt } from '../port.ts';
import { CassetteRequest, lines, linesOf, sorted } from './cassette-request.ts';

const count = z.int().min(0);

const CassetteReply = z.strictObject({
  text: lines,
  tool_calls: z.array(z.strictObject({ id: z.string(), tool: z.string(), arguments: z.json() })).exactOptional(),
  model: z.string(),
  finish_reason: z.enum(finishReasons),
  prompt_tokens: count,
  completion_tokens: count,
  cached_tokens: count,
});

export const CassetteCall = z.strictObject({
  agent: z.string(),
  stage: z.string(),
  /** Counted from 0. */
  call: count,
  lineage: z.string().exactOptional(),
  template_version: z.string(),
  request: CassetteRequest,
  reply: CassetteReply,
});
/** One call: where it was made, what was asked, what was answered. */
export type CassetteCall = z.infer<typeof CassetteCall>;

const CassetteFile = z.strictObject({ version: z.literal(1), takes_tools: z.boolean(), calls: z.array(CassetteCall) });

export interface Cassette {
  readonly takesTools: boolean;
  readonly calls: readonly CassetteCall[];
}

/** Throws MODEL_CASSETTE_INVALID for a text that is none. */
export function parseCassette(text: string, file: string): Cassette {
  const read = CassetteFile.safeParse(jsonOf(text));
  if (read.success) return { takesTools: read.data.takes_tools, calls: read.data.calls };
  const [issue] = read.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at "${issue.path.map(String).join('.')}"`;
  throw new EngineError('MODEL_CASSETTE_INVALID', `The cassette "${file}" cannot be read${place}.`, {
    hint: 'Correct it there, or take it away and record it anew.',
    cause: read.error,
  });
}

/** The call as a cassette keeps it. What the provider sent besides is not kept. */
export function cassetteCall(prompt: Prompt, request: CassetteRequest, result: LLMResult): CassetteCall {
  const { agent, stage, call, lineage } = prompt.subject;
  return {
    agent,
    stage,
    call,
    ...(lineage !== undefined && { lineage }),
    template_version: prompt.templateVersion,
    request,
    reply: {
      text: [...linesOf(result.text)],
      ...(result.toolCalls.length > 0 && {
        tool_calls: result.toolCalls.map((each) => ({ ...each, arguments: z.json().parse(sorted(each.arguments)) })),
      }),
      model: result.model,
      finish_reason: result.finishReason,
      prompt_tokens: result.promptTokens,
      completion_tokens: result.completionTokens,
      cached_tokens: result.cachedTokens,
    },
  };
}

export function resultOf({ reply }: CassetteCall): LLMResult {
  return {
    text: reply.text.join('\n'),
    toolCalls: reply.tool_calls ?? [],
    raw: null,
    model: reply.model,
    finishReason: reply.finish_reason,
    promptTokens: reply.prompt_tokens,
    completionTokens: reply.completion_tokens,
    totalTokens: reply.prompt_tokens + reply.completion_tokens,
    cachedTokens: reply.cached_tokens,
  };
}

/** Where in a workflow a call is made. */
export type CallPlace = Pick<Prompt['subject'], 'agent' | 'stage' | 'call' | 'lineage'>;

export function isAt(one: CallPlace, other: CallPlace): boolean {
  return (
    one.agent === other.agent &&
    one.stage === other.stage &&
    one.call === other.call &&
    (one.lineage ?? '') === (other.lineage ?? '')
  );
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined; // said by the schema, which takes no such thing
  }
}
