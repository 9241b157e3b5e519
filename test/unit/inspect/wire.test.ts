import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { addressOf, isLocal } from '../../../src/inspect/address.ts';
import { toMessage, type Message } from '../../../src/inspect/messages.ts';
import { createWire, type Wire } from '../../../src/inspect/wire.ts';
import { openRelay } from '../../support/inspect-relay.ts';

const actor = (sessionId: string): Message => ({ type: '@xstate.actor', sessionId });
const snapshot = (sessionId: string, value: string, more = ''): Message => ({
  type: '@xstate.snapshot',
  sessionId,
  snapshot: { status: 'active', value, more },
});

async function openWire(url: string): Promise<Wire> {
  const wire = createWire({
    url: new URL(url),
    connect: (to) => new WebSocket(to),
    warn: () => undefined,
    pauseMs: 10,
  });
  await wire.tried;
  return wire;
}

describe('the way to an inspector', () => {
  it('tells a receiver that comes back which actors there are, and where each is', async () => {
    const first = await openRelay();
    const wire = await openWire(first.url);
    wire.send(actor('one'));
    wire.send(snapshot('one', 'a'));
    await first.until((received) => received.length === 2);
    await first.stop();
    wire.send(snapshot('one', 'b'));
    wire.send(actor('two'));
    const second = await openRelay(first.port);
    await second.until((received) => received.length === 3);
    expect(second.received().map(({ type, sessionId, snapshot: found }) => [type, sessionId, found?.value])).toEqual([
      ['@xstate.actor', 'one', undefined],
      ['@xstate.actor', 'two', undefined],
      ['@xstate.snapshot', 'one', 'b'],
    ]);
    await wire.close();
  });

  it('leaves out what a slow receiver cannot take, and tells it afterwards where all is', async () => {
    const relay = await openRelay();
    const wire = await openWire(relay.url);
    for (const socket of relay.sockets) socket.pause();
    wire.send(actor('one'));
    const large = 'x'.repeat(1_024 * 1_024);
    for (let index = 0; index < 64; index += 1) wire.send(snapshot('one', String(index), large));
    wire.send(snapshot('one', 'last'));
    for (const socket of relay.sockets) socket.resume();
    await relay.until((received) => received.at(-1)?.snapshot?.value === 'last');
    expect(relay.received().length).toBeLessThan(60);
    await wire.close();
  });

  it('is closed for good also when the receiver takes nothing', async () => {
    const relay = await openRelay();
    const wire = await openWire(relay.url);
    for (const socket of relay.sockets) socket.pause();
    wire.send(actor('one'));
    const ended = new Promise<string>((resolve) => {
      for (const socket of relay.sockets) socket.on('close', () => resolve('ended'));
    });
    await wire.close();
    for (const socket of relay.sockets) socket.resume();
    expect(await ended).toBe('ended');
  });
});

const snapshotWith = (context: object) => ({ status: 'active', output: undefined, error: undefined, context }) as const;

describe('a message to an inspector', () => {
  const frame = { sessionId: 'x:1', rootId: 'x:1', createdAt: '0', id: '', _version: '1' };
  const options = { prefix: 'p', describe: (_: string, context: unknown) => ({ task: 't', stages: context }) };

  it('has counts in place of stages when its context is larger than 64 KB', () => {
    const stages = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`stage_number_${index}`, index < 7 ? 'done' : 'pending']),
    );
    const event = { ...frame, type: '@xstate.snapshot' as const, event: { type: 'go' } };
    const large: Record<string, unknown> = { ...toMessage({ ...event, snapshot: snapshotWith(stages) }, options) };
    const small: Record<string, unknown> = {
      ...toMessage({ ...event, snapshot: snapshotWith({ a: 'done' }) }, options),
    };
    const size = Buffer.byteLength(JSON.stringify({ task: 't', stages }));
    expect(large['snapshot']).toEqual({
      status: 'active',
      context: { task: 't', stages: { done: 7, pending: 4_993 }, leftOutBytes: size },
    });
    expect(small['snapshot']).toMatchObject({ context: { task: 't', stages: { a: 'done' } } });
    expect({ sessionId: small['sessionId'], rootId: small['rootId'] }).toEqual({ sessionId: 'p:x:1', rootId: 'p:x:1' });
  });

  it('leaves out what an event carries that is larger than 64 KB', () => {
    const event = { type: 'llm.responded', stage: 'write', text: 'x'.repeat(70_000) };
    expect(toMessage({ ...frame, type: '@xstate.event', event, sourceId: undefined }, options)).toMatchObject({
      event: { type: 'llm.responded', stage: 'write', leftOutBytes: Buffer.byteLength(JSON.stringify(event)) },
    });
  });
});

describe('the address of an inspector', () => {
  it.each([
    ['ws://127.0.0.1:8080', true],
    ['ws://localhost:8080/inspect', true],
    ['ws://[::1]:8080', true],
    ['wss://inspect.example', false],
    ['ws://127.0.0.1.example', false],
    ['ws://192.168.0.1', false],
  ])('%s stays on this machine: %s', (text, expected) => {
    expect(isLocal(addressOf(text))).toBe(expected);
  });

  it.each(['http://127.0.0.1', 'no address', 'ws://127.0.0.1/#part'])('is not %s', (text) => {
    expect(() => addressOf(text)).toThrow(expect.objectContaining({ code: 'PLUGIN_ADDRESS_INVALID' }));
  });
});
