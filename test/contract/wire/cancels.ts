import { expect, it } from 'vitest';
import type { WireAnswer } from '../../support/wire/answer.ts';
import type { WireProtocol } from '../../support/wire/protocol.ts';
import { optionsOf, promptOf } from '../model-client.ts';
import type { WireCase } from './case.ts';
import { ask, failedBy, ways } from './calls.ts';

const cancelled = { code: 'cancelled.task', message: 'The call of the model was cancelled.' };

const headersAlone = ({ streamHeaders }: WireProtocol): WireAnswer => ({
  kind: 'stream',
  headers: streamHeaders,
  parts: [],
  ending: 'stall',
});

/** How a call ends that nobody waits for any more. */
export function cancelCases({ protocol, start, clientOf }: WireCase): void {
  it.each(ways)('sends nothing when the call is cancelled already (%s)', async (way) => {
    const server = await start();
    const work = ask(clientOf(server), way, { options: { signal: AbortSignal.abort() } });
    expect((await failedBy(work)).failure).toEqual(cancelled);
    expect(server.requests).toEqual([]);
  });

  const waiting = [
    ['for headers', { kind: 'silence' }],
    ['for a body', headersAlone(protocol)],
  ] as const;
  it.each(ways.flatMap((way) => waiting.map(([name, answer]) => [name, way, answer] as const)))(
    'closes the socket when it is cancelled while it waits %s (%s)',
    async (_name, way, answer) => {
      const server = await start();
      server.enqueue(answer);
      const controller = new AbortController();
      const work = failedBy(ask(clientOf(server), way, { options: { signal: controller.signal } }));
      const { closed } = await server.request(0);
      controller.abort();
      expect((await work).failure).toEqual(cancelled);
      await closed;
    },
  );

  it('closes the socket when it is cancelled within a stream that stalls', async () => {
    const server = await start();
    const { start: parts } = protocol.frames({ texts: ['Hel', 'lo'] });
    server.enqueue({ kind: 'stream', headers: protocol.streamHeaders, parts, ending: 'stall' });
    const controller = new AbortController();
    let seen = '';
    const read = async (): Promise<void> => {
      const options = optionsOf({ signal: controller.signal });
      for await (const { text } of clientOf(server).stream(promptOf(), options)) {
        seen += text;
        if (seen === 'Hello') controller.abort();
      }
    };
    expect((await failedBy(read())).failure).toEqual(cancelled);
    const { closed } = await server.request(0);
    await closed;
    expect(seen).toBe('Hello');
  });

  it('closes the socket of a stream that nobody reads on', async () => {
    const server = await start();
    const { start: parts } = protocol.frames({ texts: ['Hel', 'lo'] });
    server.enqueue({ kind: 'stream', headers: protocol.streamHeaders, parts, ending: 'stall' });
    let seen = '';
    for await (const { text } of clientOf(server).stream(promptOf(), optionsOf())) {
      seen += text;
      if (seen !== '') break;
    }
    const { closed } = await server.request(0);
    await closed;
    expect(seen).toBe('Hel');
  });
}
