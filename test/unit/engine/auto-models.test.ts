import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { Engine, type EngineEvent } from '../../../src/index.ts';
import { temporaryDirectory, writeProject, type ProjectParts } from '../../support/project-fixture.ts';
import { answerAsOllama, ollamaProtocol } from '../../support/wire/ollama.ts';
import { closedOrigin, startWireServer, type WireServer } from '../../support/wire/server.ts';

const servers: WireServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function ollamaServer(): Promise<WireServer> {
  const server = await startWireServer({ answer: answerAsOllama });
  servers.push(server);
  return server;
}

type Environment = Readonly<Record<string, string>>;

async function open(project: Omit<ProjectParts, 'workflow'>, environment: Environment): Promise<Engine> {
  const directory = temporaryDirectory();
  const workflow = { nodes: [{ id: 'write', type: 'agent' as const, agent: 'writer' }] };
  writeProject(directory, { workflow, ...project });
  const engine = await Engine.fromConfigDir(directory, { host: 'memory', environment });
  onTestFinished(() => engine.close());
  return engine;
}

describe('model: auto', () => {
  const writer = { writer: { prompt: 'Write.', model: 'auto' } };

  it('asks the model of the Ollama server that is there, and the engine says which', async () => {
    const { origin, requests } = await ollamaServer();
    const engine = await open({ agents: writer }, { OLLAMA_HOST: origin });
    const events: EngineEvent[] = [];
    engine.events$.subscribe((event) => events.push(event));
    const result = await engine.runOne('go');
    expect([result.status, result.output]).toEqual(['completed', 'Hello']);
    expect(engine.modelChoices()).toEqual([
      {
        alias: 'auto',
        provider: 'ollama',
        model: 'tiny:latest',
        reason: `an Ollama server with this model answers at "${origin}"`,
      },
    ]);
    expect(ollamaProtocol.sent(requests.at(-1)?.body).model).toBe('tiny:latest');
    expect(events.flatMap(({ type, data }) => (type === 'llm.requested' ? [data] : []))).toMatchObject([
      { provider: 'ollama', model: 'auto' },
    ]);
  });

  it('goes by the settings of a model whose provider is auto, and leaves the others alone', async () => {
    const { origin, requests } = await ollamaServer();
    const models = {
      any: { provider: '${env:KIND}', model: 'large', max_output_tokens: 55 },
      spare: { provider: 'offline' },
    };
    const agents = { writer: { prompt: 'Write.', model: 'any' } };
    const engine = await open({ agents, engine: { models } }, { OLLAMA_HOST: origin, KIND: 'auto' });
    await engine.runOne('go');
    expect(engine.modelChoices().map(({ alias, model }) => [alias, model])).toEqual([['any', 'tiny:latest']]);
    expect(ollamaProtocol.sent(requests.at(-1)?.body).maxOutputTokens).toBe(55);
  });

  it('is a model like any other where the project declares one of that name', async () => {
    const engine = await open({ agents: writer, engine: { models: { auto: { provider: 'offline' } } } }, {});
    expect([(await engine.runOne('It is done.')).status, engine.modelChoices()]).toEqual(['completed', []]);
  });

  it('is offline where there is nothing else, and the task runs', async () => {
    const engine = await open({ agents: writer }, { OLLAMA_HOST: await closedOrigin() });
    expect((await engine.runOne('It is done.')).output).toBe('It is done.');
    expect(engine.modelChoices().map(({ provider, model }) => [provider, model])).toEqual([['offline', undefined]]);
  });

  it('asks nobody where no agent wants it', async () => {
    const { origin, requests } = await ollamaServer();
    const engine = await open({ agents: { writer: { prompt: 'Write.' } } }, { OLLAMA_HOST: origin });
    await engine.runOne('It is done.');
    expect([requests, engine.modelChoices()]).toEqual([[], []]);
  });
});
