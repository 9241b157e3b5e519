import { z } from 'zod';

/*
 * What was said, as the conventions write it: messages of a role and parts, as JSON.
 */

const Call = z.object({ id: z.string().optional(), tool: z.string(), arguments: z.unknown() });
const Message = z.object({
  role: z.string(),
  content: z.string().optional(),
  toolCalls: z.array(Call).optional(),
  callId: z.string().optional(),
});

type Part = Readonly<Record<string, unknown>>;

export function systemJson(system: string): string {
  return JSON.stringify([{ type: 'text', content: system }]);
}

export function inputJson(messages: readonly unknown[]): string {
  return JSON.stringify(messages.flatMap((message) => readMessage(message)));
}

export function outputJson(said: {
  readonly text: string | undefined;
  readonly toolCalls: readonly unknown[] | undefined;
  readonly finishReason: string | undefined;
}): string {
  const { text, toolCalls = [], finishReason } = said;
  const parts = [...(text === undefined || text === '' ? [] : [textPart(text)]), ...callParts(toolCalls)];
  return JSON.stringify([
    { role: 'assistant', parts, ...(finishReason !== undefined && { finish_reason: finishReason }) },
  ]);
}

function readMessage(message: unknown): readonly { role: string; parts: readonly Part[] }[] {
  const { data } = Message.safeParse(message);
  if (data === undefined) return [];
  const { role, content = '', toolCalls = [], callId } = data;
  if (callId !== undefined) return [{ role, parts: [{ type: 'tool_call_response', id: callId, response: content }] }];
  return [{ role, parts: [...(content === '' ? [] : [textPart(content)]), ...callParts(toolCalls)] }];
}

function textPart(content: string): Part {
  return { type: 'text', content };
}

function callParts(calls: readonly unknown[]): readonly Part[] {
  return calls.flatMap((call) => {
    const { data } = Call.safeParse(call);
    if (data === undefined) return [];
    const { id, tool, arguments: given } = data;
    return [{ type: 'tool_call', ...(id !== undefined && { id }), name: tool, arguments: given }];
  });
}
