import { expect, it } from 'vitest';
import { EngineError } from '../../../../src/errors/index.ts';
import { providers } from '../../../../src/manifest/index.ts';
import { costOf, createModelClient, modelProviders } from '../../../../src/services/llm/index.ts';
import { optionsOf, promptOf } from '../../../contract/model-client.ts';

const useOneOf = `Use one of ${providers.map((name) => `"${name}"`).join(', ')}.`;

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof EngineError ? { code: error.code, message: error.message, hint: error.hint } : error;
  }
}

it('makes the client that a model names', async () => {
  const scripted = createModelClient('demo', { provider: 'scripted' }, { script: 'replies: [{ reply: hello }]' });
  expect((await scripted.generate(promptOf(), optionsOf())).text).toBe('hello');
  const offline = createModelClient('default', { provider: 'offline' });
  expect((await offline.generate(promptOf({ taskInput: 'Only this is known.' }), optionsOf())).text).toBe(
    'Only this is known.',
  );
});

it.each([
  ['auto', useOneOf],
  ['offlin', 'Did you mean "offline"?'],
  ['__proto__', useOneOf],
])('names the providers there are when a model asks for %s', (provider, hint) => {
  expect(errorOf(() => createModelClient('main', { provider }))).toEqual({
    code: 'MODEL_ADAPTER_UNKNOWN',
    message: `Model "main" names the provider "${provider}", which does not exist.`,
    hint,
  });
});

it('has an adapter for every provider that manifests may name, and for no other', () => {
  expect(Object.keys(modelProviders).toSorted()).toEqual([...providers].toSorted());
});

it('asks for the script of a scripted model', () => {
  expect(errorOf(() => createModelClient('demo', { provider: 'scripted' }))).toEqual({
    code: 'MODEL_SCRIPT_INVALID',
    message: 'Model "demo" is scripted and names no script.',
    hint: 'Add "script: path/to/replies.yaml" to model "demo" in engine.yaml.',
  });
});

it('asks for the cassette of a replay model', () => {
  expect(errorOf(() => createModelClient('taped', { provider: 'replay' }))).toEqual({
    code: 'MODEL_CASSETTE_INVALID',
    message: 'Model "taped" replays and names no cassette.',
    hint: 'Add "cassette: path/to/cassette.json" to model "taped" in engine.yaml.',
  });
});

it('multiplies tokens by prices and guesses nothing', () => {
  const usage = { promptTokens: 1_000_000, completionTokens: 100_000, cachedTokens: 400_000 };
  const price = { input_per_mtok: 2, output_per_mtok: 10 };
  expect(costOf(usage, undefined)).toBe(undefined);
  expect(costOf(usage, price)).toBe(3);
  expect(costOf(usage, { ...price, cached_input_per_mtok: 0.5 })).toBe(2.4);
  expect(costOf({ promptTokens: 10, completionTokens: 0, cachedTokens: 20 }, price)).toBe(0.00002);
});
