import { expect, it } from 'vitest';
import { loadLibrary } from '../../../../src/services/llm/load-library.ts';
import { failureFrom } from '../../../contract/model-client.ts';

it('says which library is missing, and tries it again the next time', async () => {
  const found = [Promise.reject(new Error('Cannot find package "ollama"')), Promise.resolve('library')];
  const load = (): Promise<string> => loadLibrary('ollama', () => found.shift() ?? Promise.resolve(''));
  expect(await failureFrom(load())).toEqual({
    code: 'provider.bad_request',
    message: 'The library of provider "ollama" cannot be loaded: Cannot find package "ollama"',
    hint: 'Install the dependencies of the project again.',
    details: { provider: 'ollama' },
  });
  expect(await load()).toBe('library');
});
