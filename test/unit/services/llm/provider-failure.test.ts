import { expect, it, onTestFinished } from 'vitest';
import { serverFailure } from '../../../../src/services/llm/provider-failure.ts';
import { failedBy, ask } from '../../../contract/wire/calls.ts';
import { jsonAnswer } from '../../../support/wire/answer.ts';
import { anthropicProtocol } from '../../../support/wire/anthropic.ts';
import { ollamaProtocol } from '../../../support/wire/ollama.ts';
import { openaiChat } from '../../../support/wire/openai/chat.ts';
import { openaiResponses } from '../../../support/wire/openai/responses.ts';
import { startWireServer } from '../../../support/wire/server.ts';

const hidden = '▇ redacted';

it('takes the key out of the name that a server has for a request', () => {
  const fault = { provider: 'openai', status: 500, message: 'No sk-123.', requestId: 'req-sk-123', key: 'sk-123' };
  expect(serverFailure(fault, 0)).toMatchObject({
    message: `Provider "openai" answered with status 500: No ${hidden}.`,
    details: { provider: 'openai', status: 500, request_id: `req-${hidden}` },
  });
});

it('takes a password out in the form in which it was sent, too', async () => {
  const server = await startWireServer({
    answer: ({ headers }) => jsonAnswer({ error: `You are ${headers.authorization}, or pa55word` }, { status: 401 }),
  });
  onTestFinished(() => server.close());
  const base_url = server.origin.replace('http://', 'http://me:pa55word@');
  const client = ollamaProtocol.createClient({ alias: 'main', spec: { provider: 'ollama', model: 'm', base_url } });
  const { failure } = await failedBy(ask(client, 'stream'));
  expect(server.requests[0]?.headers.authorization).toBe(`Basic ${btoa('me:pa55word')}`);
  expect(failure?.message).toBe(`Provider "ollama" answered with status 401: You are Basic ${hidden}, or ${hidden}.`);
});

it.each([
  ['anthropic', anthropicProtocol],
  ['chat', openaiChat],
  ['responses', openaiResponses],
])('does not show the password in an address that cannot be asked (%s)', async (_, { provider, createClient }) => {
  const spec = { provider, model: 'm', base_url: 'http://me:pa55word@127.0.0.1/v1', api_key: 'sk-123' };
  const { failure, shown } = await failedBy(ask(createClient({ alias: 'main', spec }), 'stream'));
  expect([failure?.code, shown.includes('pa55word')]).toEqual(['provider.network', false]);
  expect(failure?.message).toContain(`http://${hidden}@127.0.0.1/v1`);
});
