import { onTestFinished } from 'vitest';
import { Engine, type EngineEvent, type TaskResult } from '../../../src/index.ts';
import { temporaryDirectory, writeProject } from '../project-fixture.ts';
import { createSimulatedClock, type SimulatedClock } from '../simulated-clock.ts';
import { closedOrigin, startWireServer, type WireServer } from '../wire/server.ts';
import { protocolOf, streamed } from './brain.ts';
import type { DeskFault } from './faults.ts';
import { keyEnvironment, type DeskProvider } from './providers.ts';

/** `bare`: nothing takes a failure; `edged`: an error edge does; `patient`: one retry; `spared`: a fallback model. */
export type FaultPipeline = 'bare' | 'edged' | 'patient' | 'spared';

export interface FaultDesk {
  readonly clock: SimulatedClock;
  readonly server: WireServer;
  readonly events: readonly EngineEvent[];
  /** Returns once that many events of a type were told. */
  readonly told: (type: EngineEvent['type'], count: number) => Promise<void>;
  readonly run: (pipeline: FaultPipeline) => Promise<TaskResult>;
}

const pipelines: readonly FaultPipeline[] = ['bare', 'edged', 'patient', 'spared'];
/** Those with an error edge. */
const handled: readonly FaultPipeline[] = ['edged', 'patient'];
const endsOf = (entry: FaultPipeline): string[] => (handled.includes(entry) ? ['done', 'away'] : ['done']);

const asker = { type: 'agent', agent: 'asker' } as const;

/** One question to one model, whose server says "Hello" to whatever nothing else is queued for. */
export async function openFaultDesk({ spec, protocol }: DeskProvider, fault?: DeskFault): Promise<FaultDesk> {
  const server = await startWireServer({
    answer: (request) => streamed(protocolOf(request), { texts: ['Hel', 'lo'] }),
  });
  onTestFinished(() => server.close());
  const origin = fault?.isAway === true ? await closedOrigin() : server.origin;
  const directory = temporaryDirectory();
  writeProject(directory, {
    engine: {
      models: {
        wire: { ...spec, base_url: origin + protocol.basePath },
        spare: { provider: 'scripted', script: 'spare.json' },
      },
      defaults: { model: 'wire' },
    },
    agents: { asker: { prompt: 'Greet.' }, careful: { prompt: 'Greet.', fallback_models: ['spare'] } },
    workflow: {
      nodes: [
        { id: 'bare', ...asker },
        { id: 'edged', ...asker },
        { id: 'patient', ...asker, retries: 1, backoff: '1s' },
        { id: 'spared', type: 'agent', agent: 'careful' },
        { id: 'done', type: 'end' },
        { id: 'away', type: 'end', output: '${{ error.code }}' },
      ],
      edges: [
        ...pipelines.map((from) => ({ from, to: 'done' })),
        ...handled.map((from) => ({ from, to: 'away', type: 'error' as const, on: ['provider' as const] })),
      ],
    },
    pipelines: { pipelines: Object.fromEntries(pipelines.map((entry) => [entry, { entry, ends: endsOf(entry) }])) },
    files: { 'spare.json': JSON.stringify({ replies: [{ reply: 'I am the spare.' }] }) },
  });
  const clock = createSimulatedClock();
  const engine = await Engine.fromConfigDir(directory, { host: 'memory', clock, environment: keyEnvironment });
  onTestFinished(() => engine.close());
  return { clock, server, ...listenTo(engine), run: (pipeline) => engine.runOne('Hi.', { pipeline }) };
}

/** What an engine tells, and a way to wait for it. */
export function listenTo(engine: Engine): Pick<FaultDesk, 'events' | 'told'> {
  const events: EngineEvent[] = [];
  const waiting = new Set<() => void>();
  engine.events$.subscribe((event) => {
    events.push(event);
    for (const look of waiting) look();
  });
  const told: FaultDesk['told'] = (type, count) =>
    new Promise((resolve) => {
      const look = (): void => {
        if (events.filter((event) => event.type === type).length < count) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { events, told };
}
