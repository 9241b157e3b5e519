import { expect, it } from 'vitest';
import { loadProject } from '../../../src/engine/project/load-project.ts';
import { checkModelKeys } from '../../../src/engine/stages/model-keys.ts';
import { Engine, isEngineError } from '../../../src/index.ts';
import { temporaryDirectory, writeProject, type ProjectParts } from '../../support/project-fixture.ts';

const environment = { ANTHROPIC: 'anthropic', OPENAI: 'openai', TEAM_KEY: '' };
const models = {
  claude: { provider: '${env:ANTHROPIC}', model: 'claude' },
  gpt: { provider: '${env:OPENAI}', model: 'gpt', api_key: '${env:TEAM_KEY}' },
};
const write = { id: 'write', type: 'agent', agent: 'x' } as const;

const missing = {
  code: 'MODEL_KEY_MISSING',
  message: 'Model "claude" of agent "x" needs the key of provider "anthropic", and ANTHROPIC_API_KEY is not set.',
  hint: 'Set ANTHROPIC_API_KEY, or give the agent "model: auto", or "model: offline", which asks nobody.',
};

type Keys = Readonly<Record<string, string>>;

/** What stands in the way of a run, when the environment has only these keys. */
async function foundIn(parts: Partial<ProjectParts>, keys: Keys = {}): Promise<unknown> {
  const directory = temporaryDirectory();
  writeProject(directory, { workflow: { nodes: [write] }, engine: { models }, ...parts });
  const all = { ...environment, ...keys };
  const { compiled, problems } = await loadProject(directory, { environment: all });
  if (compiled === undefined) return problems;
  try {
    checkModelKeys(compiled, all);
    return 'nothing';
  } catch (error) {
    return isEngineError(error) ? { code: error.code, message: error.message, hint: error.hint } : error;
  }
}

const endOf = (id: string) => ({ id, type: 'end' }) as const;
const edgeTo = (to: string, condition: string) => ({ from: 'choose', to, type: 'conditional', condition }) as const;

const agent = (fields: object): object => ({ x: { prompt: 'Write.', ...fields } });

it('names the key that the model of an agent needs', async () => {
  expect(await foundIn({ agents: agent({ model: 'claude' }) })).toEqual(missing);
  expect(await foundIn({ agents: agent({}), engine: { models, defaults: { model: 'claude' } } })).toEqual(missing);
  expect(await foundIn({ agents: agent({ model: 'claude' }) }, { ANTHROPIC_API_KEY: 'k' })).toBe('nothing');
});

it('names the variable that the manifest names for the key', async () => {
  const agents = agent({ model: 'gpt' });
  expect(await foundIn({ agents }, { OPENAI_API_KEY: 'another' })).toEqual({
    code: 'MODEL_KEY_MISSING',
    message: 'Model "gpt" of agent "x" needs the key of provider "openai", and TEAM_KEY is not set.',
    hint: 'Set TEAM_KEY, or give the agent "model: auto", or "model: offline", which asks nobody.',
  });
  expect(await foundIn({ agents }, { TEAM_KEY: 'k' })).toBe('nothing');
});

it('is content with an agent of which one model can be asked', async () => {
  const agents = agent({ model: 'claude', fallback_models: ['gpt', 'offline'] });
  expect(await foundIn({ agents })).toBe('nothing');
  expect(await foundIn({ agents: agent({ model: 'claude', fallback_models: ['gpt'] }) })).toEqual(missing);
  const keys = { TEAM_KEY: 'k' };
  expect(await foundIn({ agents: agent({ model: 'claude', fallback_models: ['gpt'] }) }, keys)).toBe('nothing');
});

it('does not mind an agent that no node asks', async () => {
  const agents = { ...agent({ model: 'offline' }), idle: { prompt: 'Wait.', model: 'claude' } };
  expect(await foundIn({ agents })).toBe('nothing');
});

it('sees an agent that only a child task asks, and one that names a condition', async () => {
  const agents = agent({ model: 'claude' });
  const body = { type: 'agent', agent: 'x' } as const;
  const map = { id: 'each', type: 'map', items: '${{ [1, 2] }}', node: body } as const;
  expect(await foundIn({ agents, workflow: { nodes: [map] } })).toEqual(missing);
  const nodes = [{ id: 'choose', type: 'decision', agent: 'x' } as const, endOf('one'), endOf('two')];
  const edges = [edgeTo('one', 'a'), edgeTo('two', 'b')];
  expect(await foundIn({ agents, workflow: { nodes, edges } })).toEqual(missing);
});

it('is found when an engine is opened, before any task', async () => {
  const directory = temporaryDirectory();
  writeProject(directory, { workflow: { nodes: [write] }, engine: { models }, agents: agent({ model: 'claude' }) });
  const opening = Engine.fromConfigDir(directory, { host: 'memory', environment });
  await expect(opening).rejects.toMatchObject({ code: missing.code, message: missing.message });
});
