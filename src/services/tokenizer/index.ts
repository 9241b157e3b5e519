import type { ModelSpec } from '../../manifest/index.ts';
import { estimateTokens } from '../tokens.ts';
import { encodingOf } from './encodings.ts';
import { countOpenaiTokens } from './openai.ts';

/** What a text comes to. */
export type CountTokens = (text: string) => number;

/** How the texts of a model are counted: with its own tokenizer where that is known, else by an estimate. */
export function tokenCounterFor(
  { provider, model }: Pick<ModelSpec, 'provider' | 'model'>,
  alias: string,
): CountTokens {
  const encoding = provider === 'openai' ? encodingOf(model ?? alias) : undefined;
  return encoding === undefined ? estimateTokens : (text) => countOpenaiTokens(text, encoding);
}
