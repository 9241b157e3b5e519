import type { ModelSpec, PriceSpec } from './models.ts';

/** Prices of one provider, by the name of the model. */
interface PriceList {
  /** Where the provider says what holds today. */
  readonly source: string;
  readonly models: Readonly<Record<string, PriceSpec>>;
}

/**
 * The day on which the table was put together, from copies of the sources and from tables that quote them. Prices change: `price` of a
 * model in engine.yaml goes before.
 */
export const pricesAsOf = '2026-11-22';

/**
 * What the providers ask for standard calls, in US dollars per million tokens. Models whose price depends on the length of
 * the prompt are left out, and so is what a provider adds for writing to its cache: what a result tells does not say.
 */
export const defaultPrices: Readonly<Record<string, PriceList>> = {
  anthropic: {
    source: 'https://platform.claude.com/docs/en/about-claude/pricing',
    models: {
      'claude-fable-5-1': price(10, 50, 0.25),
      'claude-fable-5': price(10, 50, 1),
      'claude-opus-5': price(5, 25, 0.5),
      'claude-opus-4-8': price(5, 25, 0.5),
      'claude-opus-4-7': price(5, 25, 0.5),
      'claude-opus-4-6': price(5, 25, 0.5),
      'claude-opus-4-5': price(5, 25, 0.5),
      'claude-opus-4-1': price(15, 75, 1.5),
      'claude-opus-4-0': price(15, 75, 1.5),
      'claude-opus-4': price(15, 75, 1.5),
      'claude-sonnet-4-6': price(3, 15, 0.3),
      'claude-sonnet-4-5': price(3, 15, 0.3),
      'claude-sonnet-4-0': price(3, 15, 0.3),
      'claude-sonnet-4': price(3, 15, 0.3),
      'claude-3-7-sonnet': price(3, 15, 0.3),
      'claude-haiku-4-5': price(1, 5, 0.1),
      'claude-3-5-haiku': price(0.8, 4, 0.08),
      'claude-3-haiku': price(0.25, 1.25, 0.03),
    },
  },
  openai: {
    source: 'https://developers.openai.com/api/docs/pricing',
    models: {
      'gpt-5.2': price(1.75, 14, 0.175),
      'gpt-5.1': price(1.25, 10, 0.125),
      'gpt-5': price(1.25, 10, 0.125),
      'gpt-5-mini': price(0.25, 2, 0.025),
      'gpt-5-nano': price(0.05, 0.4, 0.005),
      'gpt-4.1': price(2, 8, 0.5),
      'gpt-4.1-mini': price(0.4, 1.6, 0.1),
      'gpt-4.1-nano': price(0.1, 0.4, 0.025),
      'gpt-4o': price(2.5, 10, 1.25),
      'gpt-4o-mini': price(0.15, 0.6, 0.075),
      o3: price(2, 8, 0.5),
      'o4-mini': price(1.1, 4.4, 0.275),
    },
  },
};

function price(input: number, output: number, cachedInput: number): PriceSpec {
  return { input_per_mtok: input, output_per_mtok: output, cached_input_per_mtok: cachedInput };
}

/** What providers put behind the name of a model for one version of it. */
const versionMark = /-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/u;

/**
 * The price of a model: that of the manifest, else that of the default table. A name that is not in the table has none, and neither has
 * a server that only speaks like the provider: nothing is guessed.
 */
export function priceOf({ provider, model, base_url: address, price: own }: ModelSpec): PriceSpec | undefined {
  if (own !== undefined) return own;
  const known = address === undefined && isPaid(provider) ? defaultPrices[provider]?.models : undefined;
  const name = model?.replace(versionMark, '');
  return known !== undefined && name !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
}

/** Whether calls of a provider cost money, whatever the model. */
export function isPaid(provider: string): boolean {
  return Object.hasOwn(defaultPrices, provider);
}
