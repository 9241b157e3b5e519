import { afterEach, describe, expect, it } from 'vitest';
import type { ModelSpec } from '../../../../src/manifest/index.ts';
import { createModelClient, type LLMClient } from '../../../../src/services/llm/index.ts';
import { watchCalls } from '../../../../src/services/llm/watch-call.ts';
import { failureFrom, optionsOf, promptOf } from '../../../contract/model-client.ts';
import { ask, ways } from '../../../contract/wire/calls.ts';
import { createSimulatedClock } from '../../../support/simulated-clock.ts';
import { anthropicEvent, anthropicProtocol } from '../../../support/wire/anthropic.ts';
import { startWireServer, type WireServer } from '../../../support/wire/server.ts';
import { ollamaProtocol } from '../../../support/wire/ollama.ts';
import { openaiChat } from '../../../support/wire/openai/chat.ts';
import { createGate, type WireAnswer } from '../../../support/wire/answer.ts';

const servers: WireServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const hint = 'Try it again, or set "timeout" and "idle_timeout" of the model in engine.yaml higher.';
const tooLong = (problem: string) => ({
  code: 'provider.network',
  message: `Provider "anthropic" ${problem}.`,
  hint,
  details: { provider: 'anthropic' },
});
const cancelled = { code: 'cancelled.task', message: 'The call of the model was cancelled.' };
const spec = { provider: 'anthropic', timeout: '30s', idle_timeout: '5s' };

/** A client made from a manifest whose server answers so, under a clock that the test moves. */
async function called(answer: WireAnswer, path = '', changes: Partial<ModelSpec> = {}) {
  const clock = createSimulatedClock();
  const server = await startWireServer({ answer: () => answer });
  servers.push(server);
  const client = createModelClient(
    'main',
    { ...spec, base_url: server.origin + path, ...changes },
    { environment: { ANTHROPIC_API_KEY: 'sk-1234' }, startTimer: (delayMs, onDue) => clock.startTimer(delayMs, onDue) },
  );
  return { clock, server, client };
}

async function* oneChunkAndAnError() {
  await Promise.resolve();
  yield { text: '' };
  throw new Error('unheard of');
}

describe('a call behind a network', () => {
  it('ends after the time its model has, and its socket is closed', async () => {
    const { clock, server, client } = await called({ kind: 'silence' });
    const work = failureFrom(client.generate(promptOf(), optionsOf()));
    const { closed } = await server.request(0);
    expect(clock.waits()).toEqual([30_000]);
    clock.advance(30_000);
    expect(await work).toEqual(tooLong('gave no whole answer within 30s ("timeout")'));
    await closed;
  });

  it('ends when a stream says nothing for too long before its headers', async () => {
    const { clock, server, client } = await called({ kind: 'silence' });
    const work = failureFrom(ask(client, 'stream'));
    const { closed } = await server.request(0);
    expect(clock.waits()).toEqual([5_000, 30_000]);
    clock.advance(5_000);
    expect(await work).toEqual(tooLong('sent nothing for 5s ("idle_timeout")'));
    await closed;
  });

  it('ends when a stream stalls, counted from its last word', async () => {
    const { start: parts } = anthropicProtocol.frames({ texts: ['Hel', 'lo'] });
    const headers = anthropicProtocol.streamHeaders;
    const { clock, server, client } = await called({ kind: 'stream', headers, parts, ending: 'stall' });
    let seen = '';
    const read = async (): Promise<void> => {
      for await (const { text } of client.stream(promptOf(), optionsOf())) {
        seen += text;
        // The caller may take its time.
        clock.advance(1_000);
      }
    };
    const work = failureFrom(read());
    const { closed } = await server.request(0);
    await clock.until(() => seen === 'Hello' && clock.waits().includes(5_000));
    await clock.settle();
    clock.advance(4_999);
    expect(seen).toBe('Hello');
    clock.advance(1);
    expect(await work).toEqual(tooLong('sent nothing for 5s ("idle_timeout")'));
    await closed;
  });

  it.each([
    ['anthropic', anthropicProtocol, ': still here\n\n'],
    ['anthropic', anthropicProtocol, anthropicEvent({ type: 'ping' })],
    ['openai', openaiChat, ': still here\n\n'],
    ['ollama', ollamaProtocol, '\n'],
  ])('goes on while anything comes at all, as from %s', async (provider, protocol, sign) => {
    const { start, end } = protocol.frames({ texts: ['Hel', 'lo'] });
    const gates = [createGate(), createGate()] as const;
    const parts = [sign, gates[0], sign, gates[1], ...start, ...end];
    const answer = { kind: 'stream', headers: protocol.streamHeaders, parts } as const;
    const { clock, server, client } = await called(answer, protocol.basePath, { provider });
    const work = ask(client, 'stream');
    await server.request(0);
    for (const gate of gates) {
      await clock.until(() => clock.waits().includes(5_000));
      await clock.settle();
      clock.advance(4_000);
      gate.open();
    }
    expect((await work).text).toBe('Hello');
  });

  it.each(ways)('leaves no timer behind when it is over (%s)', async (way) => {
    const reply = { texts: ['Hel', 'lo'] };
    const { start, end } = anthropicProtocol.frames(reply);
    const headers = anthropicProtocol.streamHeaders;
    const stream = { kind: 'stream', headers, parts: [...start, ...end] } as const;
    const { clock, client } = await called(way === 'stream' ? stream : anthropicProtocol.reply(reply));
    expect((await ask(client, way)).text).toBe('Hello');
    expect(clock.waits()).toEqual([]);
  });

  it.each(ways)('is cancelled, and not late, when the caller gives it up (%s)', async (way) => {
    const { clock, server, client } = await called({ kind: 'silence' });
    const controller = new AbortController();
    const work = failureFrom(ask(client, way, { options: { signal: controller.signal } }));
    await server.request(0);
    controller.abort();
    clock.advance(60_000);
    expect(await work).toEqual(cancelled);
    expect(clock.waits()).toEqual([]);
  });
});

describe('watching', () => {
  const waits: number[] = [];
  const client: LLMClient = {
    takesTools: false,
    countTokens: () => 42,
    generate: () => Promise.reject(new Error('unheard of')),
    stream: () => oneChunkAndAnError(),
  };
  const watchedClient = watchCalls(client, { provider: 'anthropic', timeout: '60d' }, (delayMs) => {
    waits.push(delayMs);
    return () => {};
  });

  it('changes nothing else about a client', () => {
    expect({ takes: watchedClient.takesTools, counts: watchedClient.countTokens(promptOf()) }).toEqual({
      takes: false,
      counts: 42,
    });
  });

  it('lets other errors pass, and waits no longer than a timer can', async () => {
    waits.length = 0;
    await expect(ask(watchedClient, 'generate')).rejects.toThrow('unheard of');
    await expect(ask(watchedClient, 'stream')).rejects.toThrow('unheard of');
    expect(waits).toEqual([2_147_483_647, 2_147_483_647, 120_000, 120_000]);
  });
});
