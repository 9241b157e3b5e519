import { describe, expect, it } from 'vitest';
import { requestBody } from '../../../../../src/services/llm/anthropic/request.ts';
import type { Prompt } from '../../../../../src/services/llm/index.ts';
import { optionsOf, promptOf } from '../../../../contract/model-client.ts';

const spec = { provider: 'anthropic' };
const cached = { cache_control: { type: 'ephemeral' } };
const inputSchema = { type: 'object', properties: {} };
const tools = [
  { name: 'first', description: 'One.', inputSchema },
  { name: 'second', description: 'Two.', inputSchema: true },
];

describe('a request to Anthropic', () => {
  it('has the system prompt marked for the cache and a limit', () => {
    expect(requestBody(promptOf(), optionsOf({ temperature: 0.5 }), spec)).toEqual({
      model: 'test-model',
      max_tokens: 8_192,
      system: [{ type: 'text', text: 'You summarise.', ...cached }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Summarise it.' }] }],
    });
  });

  it('marks the last tool and the last block once the conversation goes on', () => {
    const body = requestBody(promptOf(), optionsOf({ tools, toolChoice: 'none' }), spec);
    expect(body.tools).toEqual([
      { name: 'first', description: 'One.', input_schema: inputSchema },
      { name: 'second', description: 'Two.', input_schema: { type: 'object' }, ...cached },
    ]);
    expect(body.tool_choice).toEqual({ type: 'none' });
    expect(body.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Summarise it.', ...cached }] }]);
  });

  it('says all that tools answered to one turn in one message, and which of them failed', () => {
    const messages: Prompt['messages'] = [
      { role: 'user', content: 'Go.' },
      {
        role: 'assistant',
        content: ' ',
        toolCalls: [
          { id: 'a', tool: 'first', arguments: { a: 1 } },
          { id: 'b', tool: 'first', arguments: '{"a": ' },
        ],
      },
      { role: 'tool', callId: 'a', tool: 'first', content: '' },
      { role: 'tool', callId: 'b', tool: 'first', content: 'It failed.', isError: true },
      { role: 'user', content: 'Go on.' },
    ];
    expect(requestBody({ ...promptOf(), system: '', messages }, optionsOf(), spec)).toEqual({
      model: 'test-model',
      max_tokens: 8_192,
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Go.' }] },
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'a', name: 'first', input: { a: 1 } },
            { type: 'tool_use', id: 'b', name: 'first', input: { arguments: '{"a": ' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: '' },
            { type: 'tool_result', tool_use_id: 'b', content: 'It failed.', is_error: true },
            { type: 'text', text: 'Go on.', ...cached },
          ],
        },
      ],
    });
  });

  it.each([
    { who: 'the call says', options: { maxOutputTokens: 5 }, limits: { max_output_tokens: 7 }, expected: 5 },
    { who: 'the manifest says', options: {}, limits: { max_output_tokens: 7, context_window: 300 }, expected: 7 },
    { who: 'the context window has room for', options: {}, limits: { context_window: 300 }, expected: 300 },
  ])('asks for as many tokens as $who', ({ options, limits, expected }) => {
    expect(requestBody(promptOf(), optionsOf(options), { ...spec, ...limits }).max_tokens).toBe(expected);
  });

  it('leaves out a schema that the API cannot take', () => {
    expect(requestBody(promptOf(), optionsOf({ outputSchema: { type: 'array' } }), spec).output_config).toBe(undefined);
  });
});
