import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Engine, type EngineEvent } from '../../src/index.ts';
import { createGate, type Gate, type WireAnswer } from '../../test/support/wire/answer.ts';
import { anthropicProtocol } from '../../test/support/wire/anthropic.ts';
import { ollamaProtocol } from '../../test/support/wire/ollama.ts';
import { openaiChat } from '../../test/support/wire/openai/chat.ts';
import { openaiResponses } from '../../test/support/wire/openai/responses.ts';
import type { WireProtocol } from '../../test/support/wire/protocol.ts';
import { startWireServer, type WireServer } from '../../test/support/wire/server.ts';
import type { Case, CaseSetting, Figures, Suite } from '../support/suite.ts';
import { writeAskingProject } from '../subjects/asking.ts';

const program = path.join(import.meta.dirname, '../../bin/agent-engine.js');
const environment = { ANTHROPIC_API_KEY: 'none', OPENAI_API_KEY: 'none' };

/** Long enough for a client to be loaded and to wait for the next word. */
const restMs = 150;

export const models: Suite = {
  title: 'What a model behind a network says, and when it is to be quiet',
  counts: 'runs',
  sizes: [1],
  quickSizes: [1],
  figures: {
    event: 'wall ms from a piece of an answer leaving the server to its `llm.chunk`, median',
    eventMost: 'the same, longest',
    line: 'wall ms to the line of `run --events`, first piece, median',
    lineMost: 'the same, longest',
    closed: 'wall ms from `cancelTask` to the socket closed at the server, median',
    closedMost: 'the same, longest',
  },
  cases: {
    'Anthropic SDK': wireCase(anthropicProtocol),
    'OpenAI SDK, responses': wireCase(openaiResponses, { api: 'responses' }),
    'OpenAI SDK, chat': wireCase(openaiChat),
    'Ollama SDK': wireCase(ollamaProtocol),
  },
};

function wireCase(protocol: WireProtocol, more: object = {}): Case {
  return { measure: (setting) => measureModel(setting, protocol, more) };
}

async function measureModel(setting: CaseSetting, protocol: WireProtocol, more: object): Promise<Figures> {
  const gates: Gated[] = [];
  const server = await startWireServer({
    answer: () => {
      const gated = gatedAnswer(protocol);
      gates.push(gated);
      return gated.answer;
    },
  });
  const fields = { ...more, model: 'test-model', base_url: server.origin + protocol.basePath };
  await writeAskingProject(setting.directory, { provider: protocol.provider, ...fields });
  const parts = { server, gates, directory: setting.directory };
  try {
    const inside = await insideRuns(parts, setting.isQuick ? 5 : 30);
    const lines = await repeated(setting.isQuick ? 2 : 7, () => lineRun(parts));
    return {
      ...medianAndMost(
        'event',
        inside.map(({ event }) => event),
      ),
      ...medianAndMost('line', lines),
      ...medianAndMost(
        'closed',
        inside.map(({ closed }) => closed),
      ),
    };
  } finally {
    await server.close();
  }
}

interface Gated {
  readonly gate: Gate;
  readonly answer: WireAnswer;
}

/** Headers and all that comes before the first word; that when the gate is opened; then nothing more. */
function gatedAnswer({ frames, streamHeaders: headers }: WireProtocol): Gated {
  const gate = createGate();
  const { start } = frames({ texts: ['Hello.'] });
  const at = start.findIndex((frame) => frame.includes('Hello.'));
  return {
    gate,
    answer: { kind: 'stream', headers, parts: [...start.slice(0, at), gate, ...start.slice(at)], ending: 'stall' },
  };
}

interface Parts {
  readonly server: WireServer;
  readonly gates: readonly Gated[];
  readonly directory: string;
}

interface InsideRun {
  readonly event: number;
  readonly closed: number;
}

/** One engine, so that all runs but the first, which is not counted, have the client loaded. */
async function insideRuns(parts: Parts, count: number): Promise<readonly InsideRun[]> {
  const engine = await Engine.fromConfigDir(parts.directory, { host: 'memory', environment });
  try {
    const [, ...runs] = await repeated(count + 1, () => insideRun(parts, engine));
    return runs;
  } finally {
    await engine.close();
  }
}

async function insideRun({ server, gates }: Parts, engine: Engine): Promise<InsideRun> {
  const { id } = await engine.createTask({ input: 'Greet.' });
  const told = firstChunk(engine);
  const asked = server.request(server.requests.length);
  const running = engine.runTask(id);
  const { closed } = await asked;
  await delay(restMs);
  const opened = performance.now();
  gates.at(-1)?.gate.open();
  const event = (await told) - opened;
  const ending = performance.now();
  const cancelling = engine.cancelTask(id);
  await closed;
  const closedMs = performance.now() - ending;
  await cancelling;
  const { status } = await running;
  if (status !== 'cancelled') throw new Error(`The task came to ${status}.`);
  return { event, closed: closedMs };
}

function firstChunk(engine: Engine): Promise<number> {
  return new Promise((resolve) => {
    const subscription = engine.events$.subscribe(({ type }: EngineEvent) => {
      if (type !== 'llm.chunk') return;
      resolve(performance.now());
      subscription.unsubscribe();
    });
  });
}

/** A process of its own, which is killed once it has printed the first piece. */
async function lineRun({ server, gates, directory }: Parts): Promise<number> {
  const asked = server.request(server.requests.length);
  const child = spawn(process.execPath, [program, 'run', directory, 'Greet.', '--events', '--no-progress'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  try {
    const printed = new Promise<number>((resolve, reject) => {
      child.stdout.on('data', (bytes: Buffer) => {
        if (bytes.includes('"llm.chunk"')) resolve(performance.now());
      });
      child.stdout.on('close', () => reject(new Error('The run ended without a piece.')));
    });
    await Promise.race([asked, printed]);
    await delay(restMs);
    const opened = performance.now();
    gates.at(-1)?.gate.open();
    return (await printed) - opened;
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

async function repeated<Result>(count: number, run: () => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = [];
  while (results.length < count) results.push(await run());
  return results;
}

function medianAndMost(name: string, values: readonly number[]): Figures {
  const sorted = [...values].toSorted((one, other) => one - other);
  return { [name]: sorted[Math.floor(sorted.length / 2)] ?? NaN, [`${name}Most`]: sorted.at(-1) ?? NaN };
}
