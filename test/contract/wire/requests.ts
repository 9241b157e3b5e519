import { expect, it } from 'vitest';
import type { Prompt } from '../../../src/services/llm/index.ts';
import { promptOf } from '../model-client.ts';
import type { WireCase } from './case.ts';
import type { SentTurn } from '../../support/wire/protocol.ts';
import { alwaysSays, ask, ways } from './calls.ts';

const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const readFile = { name: 'read_file', description: 'Reads a file.', inputSchema: person };
const runTests = { name: 'run_tests', description: 'Runs the tests.', inputSchema: person };

const conversation: Prompt = {
  ...promptOf(),
  system: 'You read files.',
  messages: [
    { role: 'user', content: 'Read both.' },
    {
      role: 'assistant',
      content: 'I read them.',
      toolCalls: [
        { id: 'call_1', tool: 'read_file', arguments: { path: 'a.md' } },
        { id: 'call_2', tool: 'read_file', arguments: { path: 'ü.md' } },
      ],
    },
    { role: 'tool', callId: 'call_1', tool: 'read_file', content: 'first' },
    { role: 'tool', callId: 'call_2', tool: 'read_file', content: 'second' },
    { role: 'assistant', content: 'Done.' },
    { role: 'user', content: 'And now?' },
  ],
};

function turnsOf(hasIds: boolean): readonly SentTurn[] {
  const call = (id: string, path: string) => ({ ...(hasIds && { id }), tool: 'read_file', arguments: { path } });
  const result = (callId: string, text: string): SentTurn => ({ role: 'tool', text, ...(hasIds && { callId }) });
  return [
    { role: 'user', text: 'Read both.' },
    { role: 'assistant', text: 'I read them.', calls: [call('call_1', 'a.md'), call('call_2', 'ü.md')] },
    result('call_1', 'first'),
    result('call_2', 'second'),
    { role: 'assistant', text: 'Done.' },
    { role: 'user', text: 'And now?' },
  ];
}

/** What a server is sent. */
export function requestCases({ protocol, start, clientOf }: WireCase): void {
  const sentBy = async (way: 'generate' | 'stream', asked: Parameters<typeof ask>[2]) => {
    const server = await start(alwaysSays(protocol, ['Hel', 'lo']));
    await ask(clientOf(server), way, asked);
    const [request, ...others] = server.requests;
    expect(others).toEqual([]);
    expect({ method: request?.method, path: request?.path }).toEqual({ method: 'POST', path: protocol.path });
    return protocol.sent(request?.body);
  };

  it.each(ways)('is one request with the model, the system prompt and the messages (%s)', async (way) => {
    const sent = await sentBy(way, {});
    expect({ ...sent, maxOutputTokens: 0 }).toEqual({
      model: 'test-model',
      isStream: way === 'stream' || protocol.alwaysStreams === true,
      system: 'You summarise.',
      turns: [{ role: 'user', text: 'Summarise it.' }],
      maxOutputTokens: 0,
    });
  });

  it.each(ways)('has what was said and what tools answered in its place (%s)', async (way) => {
    const sent = await sentBy(way, { prompt: conversation, options: { tools: [readFile] } });
    expect(sent.system).toBe('You read files.');
    expect(sent.turns).toEqual(turnsOf(protocol.hasCallIds));
  });

  it.each(ways)('has the schema of the answer in its place (%s)', async (way) => {
    const sent = await sentBy(way, { options: { outputSchema: person } });
    expect(sent.schema).toEqual(person);
  });

  it.each(ways)('has the tools in their place (%s)', async (way) => {
    const sent = await sentBy(way, { options: { tools: [readFile, runTests] } });
    expect(sent.tools).toEqual([readFile, runTests]);
  });

  it('asks for no more tokens than the call, else the manifest, allows', async () => {
    expect((await sentBy('generate', { options: { maxOutputTokens: 321 } })).maxOutputTokens).toBe(321);
    const server = await start(alwaysSays(protocol, ['Hello']));
    await ask(clientOf(server, { max_output_tokens: 123 }), 'generate');
    expect(protocol.sent(server.requests[0]?.body).maxOutputTokens).toBe(123);
  });

  it('goes to the address that the environment names, unless the manifest names one', async () => {
    const { address, key } = protocol.variables;
    if (address === undefined) return;
    const server = await start(alwaysSays(protocol, ['Hello']));
    const environment = { [address]: server.origin + protocol.basePath, ...(key !== undefined && { [key]: 'k-1234' }) };
    const spec = { provider: protocol.provider, model: 'test-model' };
    await ask(protocol.createClient({ alias: 'main', spec, environment }), 'generate');
    expect(server.requests).toHaveLength(1);
  });
}
