import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { Engine, type TaskResult } from '../../src/index.ts';
import { protocolOf, startDesk, streamed } from '../support/desk/brain.ts';
import { listenTo, type FaultDesk } from '../support/desk/fault-desk.ts';
import { deskProviders, keyEnvironment, type DeskProvider } from '../support/desk/providers.ts';
import { temporaryDirectory, writeProject, type ProjectParts } from '../support/project-fixture.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { createGate, type Gate, type WireAnswer } from '../support/wire/answer.ts';
import type { WireReply } from '../support/wire/protocol.ts';
import type { WireRequest, WireServer } from '../support/wire/server.ts';

const open: WireServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

interface Opened {
  readonly engine: Engine;
  readonly clock: SimulatedClock;
  readonly server: WireServer;
  readonly told: FaultDesk['told'];
}

interface Wanted {
  readonly provider: DeskProvider;
  readonly answer: (request: WireRequest) => WireAnswer;
  /** Fields of the model. */
  readonly fields?: object;
  readonly parts?: Partial<Omit<ProjectParts, 'engine'>>;
  readonly engine?: object;
}

async function openWire({ provider, answer, fields = {}, parts = {}, engine: more = {} }: Wanted): Promise<Opened> {
  const server = await startDesk(answer);
  open.push(server);
  const directory = temporaryDirectory();
  const wire = { ...provider.spec, base_url: server.origin + provider.protocol.basePath, ...fields };
  writeProject(directory, {
    workflow: { nodes: [{ id: 'ask', type: 'agent', agent: 'asker' }] },
    agents: { asker: { prompt: 'Greet.' } },
    ...parts,
    engine: { models: { wire }, defaults: { model: 'wire' }, ...more },
  });
  const clock = createSimulatedClock();
  const engine = await Engine.fromConfigDir(directory, { host: 'memory', clock, environment: keyEnvironment });
  onTestFinished(() => engine.close());
  return { engine, clock, server, told: listenTo(engine).told };
}

const says =
  (reply: WireReply) =>
  (request: WireRequest): WireAnswer =>
    streamed(protocolOf(request), reply);

/** An answer whose pieces come when their gates are opened. */
function inSteps(request: WireRequest, gates: readonly Gate[]): WireAnswer {
  const { streamHeaders: headers, frames } = protocolOf(request);
  const { start, end } = frames({ texts: ['Hel', 'lo'] });
  const [first, second] = gates;
  const parts = [...start, ...(first === undefined ? [] : [first]), ...end, ...(second === undefined ? [] : [second])];
  return { kind: 'stream', headers, parts };
}

const neverWhole = (request: WireRequest): WireAnswer => inSteps(request, [createGate()]);

/** Says which item it was asked about, once the gate of its request is open. */
function held(gates: Gate[]): (request: WireRequest) => WireAnswer {
  return (request) => {
    const protocol = protocolOf(request);
    const [item = 'none'] = /item \d/u.exec(JSON.stringify(request.body)) ?? [];
    const { start, end } = protocol.frames({ texts: ['This is ', item] });
    const gate = createGate();
    gates.push(gate);
    return { kind: 'stream', headers: protocol.streamHeaders, parts: [gate, ...start, ...end] };
  };
}

const codes = ({ status, failures }: TaskResult): unknown => [status, ...failures.map(({ code }) => code)];

describe.each(deskProviders)('the time limits of $name', (provider) => {
  it('end a stream that is silent for longer than "idle_timeout", and not one that is slow', async () => {
    const gate = createGate();
    const answer = (request: WireRequest): WireAnswer => inSteps(request, [gate]);
    const { engine, clock, told } = await openWire({ provider, answer, fields: { idle_timeout: '30s' } });
    const running = engine.runOne('Hi.');
    await told('llm.chunk', 2);
    await clock.settle();
    clock.advance(29_999);
    gate.open();
    expect([(await running).output, clock.waits()]).toEqual(['Hello', []]);
  });

  it('end a call that is not over within "timeout", also before it was silent for too long', async () => {
    const fields = { timeout: '40s', idle_timeout: '60s' };
    const { engine, clock, server } = await openWire({ provider, answer: neverWhole, fields });
    const running = engine.runOne('Hi.');
    const { closed } = await server.request(0);
    clock.advance(40_000);
    await closed;
    const result = await running;
    expect(codes(result)).toEqual(['failed', 'provider.network']);
    expect(result.failures[0]?.message).toContain('gave no whole answer within 40s');
    expect(clock.waits()).toEqual([]);
  });
});

describe.each(deskProviders)('what $name counts', (provider) => {
  const tokens = { prompt: 900, cached: 0, completion: 200 };
  const price = { input_per_mtok: 1_000, output_per_mtok: 1_000 };
  const chain: ProjectParts['workflow'] = {
    nodes: [
      { id: 'one', type: 'agent', agent: 'asker' },
      { id: 'two', type: 'agent', agent: 'asker' },
    ],
    edges: [{ from: 'one', to: 'two' }],
  };

  it('is what a task has used and paid', async () => {
    const { engine } = await openWire({ provider, answer: says({ texts: ['Hello'], tokens }), fields: { price } });
    const { usage } = await engine.runOne('Hi.');
    expect(usage).toMatchObject({ prompt_tokens: 900, completion_tokens: 200 });
    expect(usage.cost_usd).toBeCloseTo(1.1, 9);
  });

  it.each([
    ['tokens', { max_tokens_total: 1_200 }],
    ['money', { max_cost_usd: 1.2 }],
  ])('stops a task whose %s are spent before the next call', async (_, limit) => {
    const { engine, server } = await openWire({
      provider,
      answer: says({ texts: ['Hello'], tokens }),
      fields: { price },
      parts: { workflow: { ...chain, budget: limit } },
    });
    expect(codes(await engine.runOne('Hi.'))).toEqual(['failed', 'budget.exceeded']);
    expect(server.requests).toHaveLength(1);
  });
});

describe.each(deskProviders)('eight agents that ask $name at the same time', (provider) => {
  const map: Partial<ProjectParts> = {
    workflow: {
      nodes: [
        {
          id: 'each',
          type: 'map',
          items: '${{ [1, 2, 3, 4, 5, 6, 7, 8] }}',
          input: '${{ "item " + string(item) }}',
          max_parallel: 8,
          node: { type: 'agent', agent: 'asker' },
        },
      ],
    },
  };

  it('are each given their own answer by one client', async () => {
    const gates: Gate[] = [];
    const { engine, server } = await openWire({ provider, answer: held(gates), parts: map });
    const running = engine.runOne('Hi.');
    await server.request(7);
    for (const gate of gates.toReversed()) gate.open();
    const { status, output } = await running;
    const expected = [1, 2, 3, 4, 5, 6, 7, 8].map((n, index) => ({ index, ok: true, output: `This is item ${n}` }));
    expect([status, output]).toEqual(['completed', expected]);
  });

  it('are as many at a time as "limits.providers" lets through', async () => {
    const gates: Gate[] = [];
    const limits = { providers: { [provider.protocol.provider]: 3 } };
    const { engine, clock, server } = await openWire({ provider, answer: held(gates), parts: map, engine: { limits } });
    const running = engine.runOne('Hi.');
    const seen: number[] = [];
    for (const at of [0, 1, 2, 3, 4, 5, 6, 7]) {
      await server.request(Math.min(7, at + 2));
      await clock.settle();
      seen.push(server.requests.length);
      gates[at]?.open();
    }
    expect((await running).status).toBe('completed');
    expect(seen).toEqual([3, 4, 5, 6, 7, 8, 8, 8]);
  });
});
