import { describe, expect, it } from 'vitest';
import { plainNames } from '../../../../src/services/llm/plain-names.ts';
import {
  createModelClient,
  type LLMClient,
  type Prompt,
  type PromptMessage,
} from '../../../../src/services/llm/index.ts';
import { servers } from '../../../support/wire/openai/asking.ts';
import { openaiChat } from '../../../support/wire/openai/chat.ts';
import { openaiResponses } from '../../../support/wire/openai/responses.ts';
import { anthropicProtocol } from '../../../support/wire/anthropic.ts';
import { ollamaProtocol } from '../../../support/wire/ollama.ts';
import type { SentRequest } from '../../../support/wire/protocol.ts';
import { ask } from '../../../contract/wire/calls.ts';
import { promptOf } from '../../../contract/model-client.ts';

const start = servers();
const inputSchema = { type: 'object' };
const tools = ['issues.list_issues', 'read'].map((name) => ({ name, description: 'Half \ud83d.', inputSchema }));

function saying(...messages: readonly PromptMessage[]): Prompt {
  return { ...promptOf(), system: 'Half \ud83d', messages: [{ role: 'user', content: 'Half \ud83d.' }, ...messages] };
}

const talk = saying(
  {
    role: 'assistant',
    content: 'I \udc00 look.',
    toolCalls: [
      { id: 'x', tool: 'functions.read file', arguments: { path: ['\ud83d'], 'k\ud83d': 1 } },
      { id: 'x', tool: 'issues.list_issues', arguments: {} },
      { id: 'of another/provider', tool: 'read', arguments: {} },
    ],
  },
  { role: 'tool', callId: 'x', tool: 'functions.read file', content: 'No such tool \ud83d.', isError: true },
  { role: 'tool', callId: 'x', tool: 'issues.list_issues', content: 'one' },
  { role: 'tool', callId: 'of another/provider', tool: 'read', content: 'two' },
);

describe.each([
  ['anthropic', anthropicProtocol, {}],
  ['openai by chat', openaiChat, { api: 'chat' as const }],
  ['openai by responses', openaiResponses, { api: 'responses' as const }],
  ['ollama', ollamaProtocol, {}],
])('%s', (_name, protocol, changes) => {
  const clientAt = (origin: string): LLMClient => {
    const spec = { provider: protocol.provider, base_url: origin + protocol.basePath, api_key: 'k-1234', ...changes };
    return createModelClient('main', spec);
  };

  it.each(['generate', 'stream'] as const)('calls a tool by its own name whatever it is sent as (%s)', async (way) => {
    const toolCalls = ['issues__list_issues', 'read', 'unknown.tool'].map((tool, at) => ({
      id: `c${at}`,
      tool,
      arguments: {},
    }));
    const reply = { texts: ['I look.'], toolCalls };
    const { start: first, end } = protocol.frames(reply);
    const streamed = { kind: 'stream', headers: protocol.streamHeaders, parts: [...first, ...end] } as const;
    const server = await start(way === 'stream' ? streamed : protocol.reply(reply));
    const result = await ask(clientAt(server.origin), way, { options: { tools } });
    expect(result.toolCalls.map(({ tool }) => tool)).toEqual(['issues.list_issues', 'read', 'unknown.tool']);
  });

  it('says again what it called in names, ids and texts that no provider refuses', async () => {
    const server = await start(protocol.reply({ texts: ['Done.'] }));
    await ask(clientAt(server.origin), 'generate', { prompt: talk, options: { tools } });
    const sent: SentRequest = protocol.sent(server.requests[0]?.body);
    expect(sent.tools?.map(({ name }) => name)).toEqual(['issues__list_issues', 'read']);
    const calls = sent.turns.flatMap((turn) => turn.calls ?? []);
    expect(calls.map(({ tool }) => tool)).toEqual(['functions__read_file', 'issues__list_issues', 'read']);
    const ids = protocol.hasCallIds ? ['x', 'x_2', 'of_another_provider'] : [];
    expect(calls.flatMap(({ id }) => id ?? [])).toEqual(ids);
    expect(sent.turns.flatMap(({ callId }) => callId ?? [])).toEqual(ids);
    expect(JSON.stringify(server.requests[0]?.body)).not.toMatch(/\\ud[89a-f]/u);
  });
});

it('gives no two tools the same name', () => {
  const long = 'a'.repeat(70);
  const names = ['a.b', 'a__b', 'a..b', 'a_.b', `${long}1`, `${long}2`, '', 'ü'];
  const declared = names.map((name) => ({ name, description: '', inputSchema }));
  const { sent, meant } = plainNames(promptOf(), { tools: declared });
  const given = names.map(sent);
  expect(given).toEqual(['a__b_2', 'a__b', 'a____b', 'a___b', 'a'.repeat(64), `${'a'.repeat(62)}_2`, 'tool', '_']);
  expect(given.map(meant)).toEqual(names);
});
