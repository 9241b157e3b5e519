import { expect, it } from 'vitest';
import { withPlainToolNames } from '../../../../src/services/llm/plain-tool-names.ts';
import type { GenerateOptions, LLMClient, LLMResult, Prompt } from '../../../../src/services/llm/port.ts';

interface Asked {
  readonly prompt: Prompt;
  readonly options: GenerateOptions;
}

const prompt: Prompt = {
  system: '',
  messages: [
    { role: 'user', content: 'Go on.' },
    { role: 'assistant', content: '', toolCalls: [{ id: '1', tool: 'issues.list', arguments: {} }] },
    { role: 'tool', callId: '1', tool: 'issues.list', content: '3' },
  ],
  templateVersion: '1',
  subject: { agent: 'a', stage: 's', taskInput: null, input: null, context: [], call: 0 },
};

/** Calls the last tool that it was given. */
function client(asked: Asked[]): LLMClient {
  const generate = (given: Prompt, options: GenerateOptions): LLMResult => {
    asked.push({ prompt: given, options });
    const tool = options.tools?.at(-1)?.name ?? '';
    return {
      text: '',
      toolCalls: [{ id: '2', tool, arguments: {} }],
      raw: null,
      model: 'm',
      finishReason: 'tool_calls',
      promptTokens: 0,
      completionTokens: 0,
      totalTokens: 0,
      cachedTokens: 0,
    };
  };
  return {
    takesTools: true,
    countTokens: () => 1,
    generate: async (given, options) => await Promise.resolve(generate(given, options)),
    async *stream(given, options) {
      yield await Promise.resolve({ text: '', result: generate(given, options) });
    },
  };
}

function optionsWith(...names: string[]): GenerateOptions {
  const tools = names.map((name) => ({ name, description: '', inputSchema: true }));
  return { model: 'm', tools, signal: new AbortController().signal, idempotencyKey: '1' };
}

it('calls tools by names that providers take, and tells of the calls by the declared names', async () => {
  const asked: Asked[] = [];
  const renaming = withPlainToolNames(client(asked));
  const given = optionsWith('read_file', 'issues__list', `issues.${'x'.repeat(100)}`, 'issues.list');
  const { toolCalls } = await renaming.generate(prompt, given);
  const streamed: unknown[] = [];
  for await (const { result } of renaming.stream(prompt, given)) streamed.push(result?.toolCalls);
  const call = [{ id: '2', tool: 'issues.list', arguments: {} }];
  expect([toolCalls, streamed]).toStrictEqual([call, [call]]);
  const [first] = asked;
  expect(first?.options.tools?.map(({ name }) => name)).toStrictEqual([
    'read_file',
    'issues__list',
    `issues__${'x'.repeat(56)}`,
    'issues__list_2',
  ]);
  expect(first?.prompt.messages.slice(1)).toStrictEqual([
    { role: 'assistant', content: '', toolCalls: [{ id: '1', tool: 'issues__list_2', arguments: {} }] },
    { role: 'tool', callId: '1', tool: 'issues__list_2', content: '3' },
  ]);
});

it('passes on as it is what needs no other names', async () => {
  const asked: Asked[] = [];
  const given = optionsWith('read_file');
  await withPlainToolNames(client(asked)).generate(prompt, given);
  expect(asked[0]?.prompt).toBe(prompt);
  expect(asked[0]?.options).toBe(given);
});
