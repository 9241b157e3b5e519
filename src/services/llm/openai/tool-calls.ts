import type { Prompt, ToolCall } from '../port.ts';
import { readArguments } from './tool-arguments.ts';

/** A call as the provider writes it; what it leaves out is an empty text. */
export interface WrittenCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export function readToolCalls(written: readonly WrittenCall[], prompt: Prompt): ToolCall[] {
  const before = callsIn(prompt);
  return written.map(({ id, name, arguments: text }, index) => ({
    // Some servers give no ids: then one that no other call of the conversation has.
    id: id === '' ? `call_${before + index + 1}` : id,
    tool: name,
    arguments: readArguments(text),
  }));
}

function callsIn({ messages }: Prompt): number {
  return messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : [])).length;
}
