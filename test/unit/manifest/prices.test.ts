import { expect, it } from 'vitest';
import { defaultPrices, priceOf, pricesAsOf, PriceSpec } from '../../../src/manifest/index.ts';

const sonnet = { input_per_mtok: 3, output_per_mtok: 15, cached_input_per_mtok: 0.3 };

it.each([
  ['by its name', { provider: 'anthropic', model: 'claude-sonnet-4-5' }, sonnet],
  ['of a version', { provider: 'anthropic', model: 'claude-sonnet-4-5-20250929' }, sonnet],
  [
    'of a version of OpenAI',
    { provider: 'openai', model: 'gpt-4o-mini-2024-07-18' },
    defaultPrices['openai']?.models['gpt-4o-mini'],
  ],
  [
    'of the manifest before that',
    { provider: 'anthropic', model: 'claude-sonnet-4-5', price: { input_per_mtok: 1, output_per_mtok: 2 } },
    { input_per_mtok: 1, output_per_mtok: 2 },
  ],
  ['of a model of any provider that says it', { provider: 'ollama', price: sonnet }, sonnet],
] as const)('there is a price %s', (_, spec, price) => {
  expect(priceOf(spec)).toEqual(price);
});

it.each([
  ['of a relative of a known model', { provider: 'openai', model: 'gpt-5-pro' }],
  ['of the same name at another provider', { provider: 'ollama', model: 'gpt-5' }],
  [
    'of a server that speaks like the provider',
    { provider: 'openai', model: 'gpt-5', base_url: 'http://127.0.0.1:1/v1' },
  ],
  ['of a model without a name', { provider: 'anthropic' }],
  ['by a name that every object has', { provider: 'openai', model: 'constructor' }],
])('there is no price %s', (_, spec) => {
  expect(priceOf(spec)).toBeUndefined();
});

it('has a day, a source, and prices that are what manifests could say', () => {
  expect(pricesAsOf).toMatch(/^\d{4}-\d{2}-\d{2}$/u);
  for (const { source, models } of Object.values(defaultPrices)) {
    expect(new URL(source).protocol).toBe('https:');
    for (const price of Object.values(models)) {
      expect(PriceSpec.parse(price)).toEqual(price);
      expect(price.cached_input_per_mtok).toBeLessThan(price.input_per_mtok);
      expect(price.input_per_mtok).toBeLessThan(price.output_per_mtok);
    }
  }
});
