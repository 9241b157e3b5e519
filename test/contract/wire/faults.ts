import { expect, it } from 'vitest';
import { failureKinds } from '../../../src/errors/index.ts';
import { closedOrigin } from '../../support/wire/server.ts';
import { wireFaults, wireKey } from '../../support/wire/faults.ts';
import type { WireCase } from './case.ts';
import { ask, failedBy, ways } from './calls.ts';

/** What a call ends in when something goes wrong on the wire. */
export function faultCases({ protocol, start, clientOf }: WireCase): void {
  const cases = wireFaults.flatMap((fault) => {
    const answer = fault.answer(protocol);
    return answer === undefined ? [] : fault.ways.map((way) => ({ ...fault, answer, way }));
  });

  it.each(cases)('ends in $code for $name ($way)', async ({ answer, way, code, retryAfterMs }) => {
    const server = await start();
    server.enqueue(answer);
    const { failure, shown, className } = await failedBy(ask(clientOf(server), way));
    expect({ code: failure?.code, retryAfterMs: failure?.retry_after_ms, className }).toEqual({
      code,
      retryAfterMs,
      className: 'Error',
    });
    expect(failure?.message).toContain(`Provider "${protocol.provider}"`);
    expect(failure?.hint).toMatch(/\.$/u);
    expect(shown).not.toContain(wireKey);
    expect(server.requests).toHaveLength(1);
  });

  it.each(ways)('ends in provider.network where nothing listens (%s)', async (way) => {
    const { failure, shown, className } = await failedBy(ask(clientOf({ origin: await closedOrigin() }), way));
    expect({ code: failure?.code, className }).toEqual({ code: 'provider.network', className: 'Error' });
    expect(shown).not.toContain(wireKey);
  });

  it('ends in its failure for an error within a stream', async () => {
    const server = await start();
    const { frames, code } = protocol.streamError;
    const { start: first } = protocol.frames({ texts: ['Hel', 'lo'] });
    server.enqueue({ kind: 'stream', headers: protocol.streamHeaders, parts: [...first, ...frames] });
    const { failure, shown, className } = await failedBy(ask(clientOf(server), 'stream'));
    expect({ code: failure?.code, className }).toEqual({ code, className: 'Error' });
    expect(Object.keys(failureKinds)).toContain(code);
    expect(shown).not.toContain(wireKey);
  });

  it.each(ways)('works again after a fault (%s)', async (way) => {
    const server = await start();
    const client = clientOf(server);
    const reply = { texts: ['Hel', 'lo'] };
    const { start: first, end } = protocol.frames(reply);
    server.enqueue({ kind: 'cut' });
    const stream = { kind: 'stream', headers: protocol.streamHeaders, parts: [...first, ...end] } as const;
    server.enqueue(way === 'generate' ? protocol.reply(reply) : stream);
    expect((await failedBy(ask(client, way))).failure?.code).toBe('provider.network');
    expect((await ask(client, way)).text).toBe('Hello');
  });
}
