import type { GenerateOptions, Prompt, ToolCall } from './port.ts';

/** What every provider takes as the name of a tool; one that gets another refuses the whole conversation. */
const plain = /^[\w-]{1,64}$/u;
const mostCharacters = 64;

/** Names of tools on their way to a provider and back. */
export interface PlainNames {
  readonly sent: (name: string) => string;
  /** The tool that is meant: names that no tool has stay as they are. */
  readonly meant: (name: string) => string;
}

/** The same tools and the same conversation have the same names, with whatever is said afterwards. */
export function plainNames({ messages }: Prompt, { tools = [] }: Pick<GenerateOptions, 'tools'>): PlainNames {
  const declared = tools.map(({ name }) => name);
  const called = messages.flatMap((message) => {
    if (message.role === 'tool') return [message.tool];
    return message.role === 'assistant' ? (message.toolCalls ?? []).map(({ tool }) => tool) : [];
  });
  const names = [...new Set([...declared, ...called])];
  const taken = new Set(names.filter((name) => plain.test(name)));
  const sent = new Map(names.filter((name) => !plain.test(name)).map((name) => [name, free(plainName(name), taken)]));
  const meant = new Map(declared.map((name) => [sent.get(name) ?? name, name]));
  return { sent: (name) => sent.get(name) ?? name, meant: (name) => meant.get(name) ?? name };
}

function plainName(name: string): string {
  return name.replaceAll('.', '__').replaceAll(/[^\w-]/gu, '_') || 'tool';
}

/** Ids of calls, each for one call of the conversation, as every provider takes them. */
export function plainIds(): (id: string) => string {
  const taken = new Set<string>();
  return (id) => free(id.replaceAll(/[^\w-]/gu, '_') || 'call', taken);
}

/** The name, or one like it that is not taken, which is taken from now on. */
function free(wanted: string, taken: Set<string>): string {
  let name = wanted.slice(0, mostCharacters);
  for (let number = 2; taken.has(name); number += 1) {
    const ending = `_${number}`;
    name = wanted.slice(0, mostCharacters - ending.length) + ending;
  }
  taken.add(name);
  return name;
}

/** The calls of an answer by the names of the tools that are meant. */
export function meantCalls(calls: readonly ToolCall[], { meant }: PlainNames): readonly ToolCall[] {
  return calls.map((call) => ({ ...call, tool: meant(call.tool) }));
}
