import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Engine, type EngineEvent } from '../../src/index.ts';
import { facts, letter, protocolOf, startDesk } from '../support/desk/brain.ts';
import { deskProject, type DeskOptions } from '../support/desk/project.ts';
import { deskProviders, keyEnvironment } from '../support/desk/providers.ts';
import { closedOrigin, type WireServer } from '../support/wire/server.ts';
import { cli } from './cli-call.ts';
import { inherited } from './cli-process.ts';
import { temporaryDirectory, timesRun, writeFiles } from './project.ts';

const directory = temporaryDirectory();
let made = 0;
const place = (options: DeskOptions): string => {
  made += 1;
  return writeFiles(path.join(directory, `desk${made}`), deskProject(options));
};

const open: WireServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
async function desk(): Promise<WireServer> {
  const server = await startDesk();
  open.push(server);
  return server;
}

interface Shape {
  readonly status: string;
  readonly output: unknown;
  readonly trace: readonly string[];
  /** Types of events in their order, by stage. */
  readonly events: Readonly<Record<string, readonly string[]>>;
}

async function shapeOf(project: string): Promise<Shape> {
  const engine = await Engine.fromConfigDir(project, { host: 'memory', environment: keyEnvironment });
  const seen: EngineEvent[] = [];
  engine.events$.subscribe((event) => seen.push(event));
  try {
    const { status, output, trace } = await engine.runOne('Tell me of the sun.');
    return { status, output, trace: trace.map((stage) => `${stage.node} ${stage.status}`), events: byStage(seen) };
  } finally {
    await engine.close();
  }
}

function byStage(events: readonly EngineEvent[]): Record<string, string[]> {
  const types: Record<string, string[]> = {};
  for (const { type, nodeId = 'task' } of events) (types[nodeId] ??= []).push(type);
  return types;
}

const asked = ['llm.requested', 'llm.chunk', 'llm.chunk', 'llm.responded'];
const acted = ['tool.called', 'tool.finished'];
const began = ['stage.started', 'agent.called'];
const ended = ['memory.written', 'agent.answered', 'stage.finished'];

/** The shape of the run but for the events of the task, whoever is asked; a native call of a tool comes without a text. */
const expected = (isNative: boolean): Shape => ({
  status: 'completed',
  output: letter,
  trace: ['research done', 'away skipped', 'verdict done', 'dropped skipped', 'letter done', 'sent done'],
  events: {
    research: [
      ...began,
      ...asked.filter((type) => !isNative || type !== 'llm.chunk'),
      ...acted,
      ...asked,
      'json.validated',
      ...ended,
    ],
    verdict: [...began, ...asked, 'json.validated', ...ended, 'routing.decided'],
    letter: [...began, ...asked, ...ended],
    sent: ['stage.finished'],
    dropped: ['stage.skipped'],
    away: ['stage.skipped'],
  },
});

function joined(types: readonly string[]): string[] {
  return types.filter((type, at) => type !== 'llm.chunk' || types[at - 1] !== type);
}

/** Without how many pieces an answer came in. */
function withoutPieces({ events, ...shape }: Shape): Shape {
  return { ...shape, events: Object.fromEntries(Object.entries(events).map(([id, types]) => [id, joined(types)])) };
}

describe('one workflow on every provider', () => {
  it('has one shape, and one line of engine.json differs', async () => {
    const { origin, requests } = await desk();
    const engines: string[] = [];
    const shapes: Shape[] = [];
    for (const { name, protocol } of deskProviders) {
      const project = place({ origin, model: name });
      engines.push(readFileSync(path.join(project, 'engine.json'), 'utf8'));
      const shape = await shapeOf(project);
      shapes.push(shape);
      expect([name, shape]).toMatchObject([name, expected(true)]);
      const sent = requests.slice(-4).map((request) => [request.path, protocolOf(request).sent(request.body)] as const);
      expect(sent.map(([at]) => at)).toEqual([protocol.path, protocol.path, protocol.path, protocol.path]);
      const [first, second] = sent.map(([, request]) => request);
      expect(first?.tools?.map((tool) => tool.name)).toEqual(['look_up']);
      expect(second?.turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
      expect(second?.turns[2]?.text).toContain('{"found":"sun"}');
      expect(timesRun(project)).toEqual({ look_up: 1 });
    }
    expect(shapes).toEqual(deskProviders.map(() => shapes[0]));
    expect(requests).toHaveLength(4 * deskProviders.length);
    const lines = engines.map((text) => text.split('\n'));
    const [first = []] = lines;
    const others = lines.map((all) => all.filter((line, at) => line !== first[at]));
    expect(others).toEqual([[], ...deskProviders.slice(1).map(({ name }) => [`      "model": "${name}"`])]);
  });

  it('has one shape with tool plans, too', async () => {
    const { origin, requests } = await desk();
    for (const { name } of deskProviders) {
      const project = place({ origin, model: name, fields: { tool_calls: 'plan' } });
      expect([name, await shapeOf(project)]).toMatchObject([name, expected(false)]);
      const tools = requests.slice(-4).map((request) => protocolOf(request).sent(request.body).tools);
      expect(tools).toEqual([undefined, undefined, undefined, undefined]);
      expect(timesRun(project)).toEqual({ look_up: 1 });
    }
  });

  it.each([
    ['told', true],
    ['told_plan', false],
  ])('has that shape with a script, too (%s)', async (model, isNative) => {
    const project = place({ origin: await closedOrigin(), model });
    expect(await shapeOf(project)).toMatchObject(expected(isNative));
  });

  it.each(deskProviders)('has that shape while $name is recorded, and when it is played', async ({ name }) => {
    const { origin, requests } = await desk();
    const options = { origin, model: 'taped' };
    const project = place({ ...options, records: name });
    const recorded = await shapeOf(project);
    expect(recorded).toMatchObject(expected(true));
    expect(requests).toHaveLength(4);
    rmSync(path.join(project, 'counts.txt'));
    writeFiles(project, deskProject({ ...options, origin: await closedOrigin() }));
    expect(withoutPieces(await shapeOf(project))).toEqual(withoutPieces(recorded));
    expect([requests.length, timesRun(project)]).toEqual([4, { look_up: 1 }]);
  });

  it('runs on the command line', async () => {
    const { origin } = await desk();
    for (const { name } of deskProviders) {
      const project = place({ origin, model: name });
      const environment = { ...inherited, ...keyEnvironment };
      const { code, stdout } = await cli(['run', project, 'Tell me.', '--no-progress'], { environment });
      expect([name, code, stdout]).toEqual([name, 0, `${letter}\n`]);
    }
  });

  it('gives what the first agent answered to the second one', async () => {
    const { origin, requests } = await desk();
    await shapeOf(place({ origin, model: 'claude' }));
    expect(JSON.stringify(requests[3]?.body)).toContain(facts.facts[0]);
  });
});
