import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAnthropicClient } from '../../../../../src/services/llm/anthropic/client.ts';
import { optionsOf, promptOf } from '../../../../contract/model-client.ts';
import { ask, failedBy } from '../../../../contract/wire/calls.ts';
import { anthropicEvent, anthropicProtocol } from '../../../../support/wire/anthropic.ts';
import { jsonAnswer, type WireAnswer } from '../../../../support/wire/answer.ts';
import { startWireServer, type WireServer } from '../../../../support/wire/server.ts';

const { reply, frames, streamHeaders, refusal } = anthropicProtocol;
let server: WireServer;
beforeEach(async () => {
  server = await startWireServer();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const client = (maxOutputTokens?: number) =>
  createAnthropicClient({
    alias: 'main',
    spec: {
      provider: 'anthropic',
      base_url: server.origin,
      ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
    },
    environment: { ANTHROPIC_API_KEY: 'sk-of-the-engine\n' },
  });

function streamOf(...parts: readonly string[]): WireAnswer {
  return { kind: 'stream', headers: streamHeaders, parts };
}

describe('a client of Anthropic', () => {
  it('sends key, version and idempotency key, and nothing that only the process knows', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'sk-of-the-process');
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'token-of-the-process');
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:9');
    server.enqueue(reply({ texts: ['Hello'] }));
    await client().generate(promptOf(), optionsOf());
    const { headers } = await server.request(0);
    expect(headers.authorization).toBe('Bearer sk-of-the-engine');
    expect(headers).toMatchObject({ 'idempotency-key': 'task/1', 'x-stainless-retry-count': '0' });
    expect(headers['anthropic-version']).toMatch(/^20\d\d-\d\d-\d\d$/u);
    expect(JSON.stringify(headers)).not.toContain('of-the-process');
  });

  it('streams an answer that may take longer than anyone waits for headers', async () => {
    const { start, end } = frames({ texts: ['Hel', 'lo'] });
    server.enqueue(streamOf(...start, ...end));
    expect((await client(30_000).generate(promptOf(), optionsOf())).text).toBe('Hello');
    expect((await server.request(0)).body).toMatchObject({ stream: true, max_tokens: 30_000 });
  });

  it.each([
    ['pause_turn', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['stop_sequence', 'stop'],
    ['a_reason_of_tomorrow', 'stop'],
  ])('takes the stop reason %s for %s', async (stopReason, finishReason) => {
    server.enqueue(jsonAnswer({ ...rawReply(), stop_reason: stopReason }));
    expect((await client().generate(promptOf(), optionsOf())).finishReason).toBe(finishReason);
  });

  it('gives the text of arguments that were cut', async () => {
    const { start } = frames({ texts: [] });
    const input = { type: 'input_json_delta', partial_json: '{"path": "a' };
    server.enqueue(
      streamOf(
        ...start,
        anthropicEvent({
          type: 'content_block_start',
          index: 5,
          content_block: { type: 'tool_use', id: 't', name: 'f', input: {} },
        }),
        anthropicEvent({ type: 'content_block_delta', index: 5, delta: input }),
        anthropicEvent({ type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 3 } }),
        anthropicEvent({ type: 'message_stop' }),
      ),
    );
    const { toolCalls, finishReason } = await ask(client(), 'stream');
    expect({ toolCalls, finishReason }).toEqual({
      toolCalls: [{ id: 't', tool: 'f', arguments: '{"path": "a' }],
      finishReason: 'length',
    });
  });

  it('fails for a piece of a block that never began', async () => {
    const { start, end } = frames({ texts: ['Hello'] });
    const delta = { type: 'text_delta', text: 'lost' };
    server.enqueue(streamOf(...start, anthropicEvent({ type: 'content_block_delta', index: 7, delta }), ...end));
    expect((await failedBy(ask(client(), 'stream'))).failure).toMatchObject({
      code: 'provider.network',
      message: 'Provider "anthropic" could not be asked: A piece came for block 7, which never began.',
    });
  });

  it('tells an empty account and the id of a request from what the server says', async () => {
    const message = 'Your credit balance is too low to access the API.';
    server.enqueue(refusal({ status: 400, message }));
    expect((await failedBy(ask(client(), 'generate'))).failure).toEqual({
      code: 'provider.quota',
      message: `Provider "anthropic" answered with status 400: ${message}`,
      hint: 'Look at the account at the provider.',
      details: { provider: 'anthropic', status: 400, request_id: 'req_1' },
    });
  });

  it('takes no key that no header can carry', async () => {
    const spec = { provider: 'anthropic', base_url: server.origin, api_key: 'sk-ü\u0000' };
    const { failure, shown } = await failedBy(ask(createAnthropicClient({ alias: 'main', spec }), 'generate'));
    expect(failure?.code).toBe('provider.auth');
    expect(shown).not.toContain('sk-ü');
    expect(server.requests).toEqual([]);
  });

  it('counts what is said in calls of tools', () => {
    const call = { id: '1', tool: 'read_file', arguments: { path: 'x'.repeat(400) } };
    const said = { role: 'assistant', content: '' } as const;
    const count = (toolCalls: readonly (typeof call)[]): number =>
      client().countTokens({ ...promptOf(), messages: [{ ...said, toolCalls }] });
    expect(count([call])).toBeGreaterThan(count([]) + 80);
  });
});

function rawReply(): Readonly<Record<string, unknown>> {
  const usage = { input_tokens: 1, output_tokens: 1 };
  return { model: 'test-model', content: [{ type: 'text', text: 'Hello' }], usage };
}
