import { expect, it } from 'vitest';
import { createModelClient } from '../../../src/services/index.ts';
import { tokenCounterFor } from '../../../src/services/tokenizer/index.ts';
import { estimateTokens } from '../../../src/services/tokens.ts';
import { tokenSamples } from './token-samples.ts';

const o200k = tokenCounterFor({ provider: 'openai', model: 'gpt-5.1' }, 'gpt');
const cl100k = tokenCounterFor({ provider: 'openai', model: 'gpt-4' }, 'gpt');

it.each(Object.entries(tokenSamples))(
  'estimates %s hardly below what tokenizers count, and not far above',
  (_, text) => {
    const counts = [o200k(text), cl100k(text)];
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(Math.max(...counts) * 0.9);
    expect(estimateTokens(text)).toBeLessThanOrEqual(Math.max(...counts) * 1.6);
  },
);

it('counts as OpenAI does', () => {
  expect([o200k('hello world'), cl100k('hello world'), o200k(''), o200k('antidisestablishmentarianism')]).toEqual([
    2, 2, 0, 6,
  ]);
  // The name of a special token is text like any other.
  expect(o200k('<|endoftext|>')).toBeGreaterThan(1);
});

it.each([
  ['gpt-4o', o200k],
  ['gpt-4.1-mini', o200k],
  ['o3', o200k],
  ['chatgpt-4o-latest', o200k],
  ['ft:gpt-4o:team', o200k],
  ['openai/gpt-5', o200k],
  ['gpt-4-turbo', cl100k],
  ['gpt-3.5-turbo', cl100k],
  ['llama3.2', estimateTokens],
])('counts the tokens of %s in its own way', (model, count) => {
  const text = `${tokenSamples['Greek']} ${tokenSamples['Korean']}`;
  expect(tokenCounterFor({ provider: 'openai', model }, 'alias')(text)).toBe(count(text));
});

it('estimates for other providers, whatever their models are called', () => {
  expect(tokenCounterFor({ provider: 'ollama', model: 'gpt-oss' }, 'alias')).toBe(estimateTokens);
});

it.each([
  ['one letter', 'a'],
  ['spaces', ' '],
  ['lines', '\n'],
  ['one Chinese character', '\u4E2D'],
  ['halves of characters', '\uD83D'],
  ['emoji', '\u{1F680}'],
])('counts a megabyte of %s in pieces, and about as many tokens as the pieces have', (_, character) => {
  const text = character.repeat(1_000_000 / character.length);
  const piece = character.repeat(128 / character.length);
  const pieces = Math.ceil(text.length / piece.length);
  expect(o200k(text)).toBeGreaterThan(0);
  expect(o200k(text)).toBeLessThanOrEqual(pieces * (o200k(piece) + 2));
});

it('cuts no word that is not too long: a text with one long word counts as its parts do', () => {
  const words = tokenSamples['English'] ?? '';
  const long = 'x'.repeat(300);
  expect(Math.abs(o200k(`${words} ${long} ${words}`) - 2 * o200k(words) - o200k(long))).toBeLessThanOrEqual(4);
});

it('counts the prompts of a model of OpenAI with its tokenizer', () => {
  const client = createModelClient('gpt', { provider: 'openai', model: 'gpt-5.1' });
  const text = tokenSamples['Russian'] ?? '';
  const subject = { agent: 'a', stage: 's', taskInput: '', input: '', context: [], call: 0 };
  const prompt = { system: text, messages: [{ role: 'user', content: text }], templateVersion: '', subject } as const;
  expect(client.countTokens(prompt)).toBe(2 * o200k(text) + 8);
});
