import type { GenerateOptions, LLMClient, LLMResult, Prompt, PromptMessage } from './port.ts';

/** What all providers take as the name of a tool. */
const plain = /^[\w-]{1,64}$/u;
const mostCharacters = 64;

/**
 * A client that calls tools by names that its provider takes: tools of servers have a dot in theirs. Whoever uses the client sees
 * the names as they are declared.
 */
export function withPlainToolNames(client: LLMClient): LLMClient {
  return {
    takesTools: client.takesTools,
    countTokens: (prompt) => client.countTokens(prompt),
    async generate(prompt, options) {
      const names = plainNames(options);
      if (names === undefined) return await client.generate(prompt, options);
      return declared(await client.generate(...renamed(prompt, options, names)), names);
    },
    async *stream(prompt, options) {
      const names = plainNames(options);
      if (names === undefined) yield* client.stream(prompt, options);
      else
        for await (const { text, result } of client.stream(...renamed(prompt, options, names)))
          yield { text, ...(result !== undefined && { result: declared(result, names) }) };
    },
  };
}

/** The plain names by the declared ones, no two alike; undefined where all are plain already. */
function plainNames({ tools = [] }: GenerateOptions): ReadonlyMap<string, string> | undefined {
  const names = tools.map(({ name }) => name);
  if (names.every((name) => plain.test(name))) return undefined;
  const taken = new Set(names.filter((name) => plain.test(name)));
  const found = new Map([...taken].map((name) => [name, name]));
  for (const name of names) {
    if (found.has(name)) continue;
    let candidate = shortened(name, '');
    for (let copy = 2; taken.has(candidate); copy += 1) candidate = shortened(name, `_${copy}`);
    taken.add(candidate);
    found.set(name, candidate);
  }
  return found;
}

function shortened(name: string, end: string): string {
  return name.replaceAll(/[^\w-]/gu, '__').slice(0, mostCharacters - end.length) + end;
}

function renamed(
  prompt: Prompt,
  options: GenerateOptions,
  names: ReadonlyMap<string, string>,
): [Prompt, GenerateOptions] {
  const plainOf = (name: string): string => names.get(name) ?? shortened(name, '');
  const messages = prompt.messages.map((message): PromptMessage => {
    if (message.role === 'tool') return { ...message, tool: plainOf(message.tool) };
    if (message.role === 'user' || message.toolCalls === undefined) return message;
    return { ...message, toolCalls: message.toolCalls.map((call) => ({ ...call, tool: plainOf(call.tool) })) };
  });
  const tools = (options.tools ?? []).map(({ name, description, inputSchema }) => ({
    name: plainOf(name),
    description,
    inputSchema,
  }));
  return [
    { ...prompt, messages },
    { ...options, tools },
  ];
}

function declared(result: LLMResult, names: ReadonlyMap<string, string>): LLMResult {
  const declaredBy = new Map([...names].map(([name, plainName]) => [plainName, name]));
  const toolCalls = result.toolCalls.map((call) => ({ ...call, tool: declaredBy.get(call.tool) ?? call.tool }));
  return { ...result, toolCalls };
}
