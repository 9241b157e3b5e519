import { defaultOperators, Liquid, type Operators } from 'liquidjs';
import { failureError } from '../../errors/index.ts';
import { promptLimits, sourceLimits } from './limits.ts';

/** Tags that would read other templates. */
export const fileTags = ['include', 'render', 'layout', 'block'] as const;

const searchFilters = ['remove', 'remove_first', 'remove_last', 'replace', 'replace_first', 'replace_last', 'split'];

/** Node computes them at once, a browser only later. */
const hashFilters = ['sha256', 'hmac_sha256'];

/** One engine for all prompts: it keeps nothing between them. */
export function createPromptEngine(): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    templates: {},
    locale: 'en-US', // that of the machine takes long to ask for, and a prompt is to be the same everywhere
    operators: boundedOperators(),
    outputEscape: printValue,
    parseLimit: sourceLimits.promptCharacters,
    renderLimit: promptLimits.renderMs,
    memoryLimit: promptLimits.memory,
  });
  for (const name of fileTags) delete engine.tags[name];
  for (const name of searchFilters) boundFilter(engine, name);
  for (const name of hashFilters) refuseLateText(engine, name);
  return engine;
}

interface Printing {
  readonly context: { readonly memoryLimit: { use(count: number): void } };
}

/** Liquid would print a map as "[object Object]", and would not count what it prints. */
function printValue(this: Printing, value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  this.context.memoryLimit.use(text.length);
  return text;
}

function boundFilter(engine: Liquid, name: string): void {
  const original = engine.filters[name];
  if (typeof original !== 'function') return;
  engine.registerFilter(name, function bounded(value: unknown, ...parameters: unknown[]): unknown {
    refuseLongSearch(value, parameters[0]);
    const result: unknown = original.apply(this, [value, ...parameters]);
    return result;
  });
}

/** What comes later would be printed as an empty map. */
function refuseLateText(engine: Liquid, name: string): void {
  const original = engine.filters[name];
  if (typeof original !== 'function') return;
  engine.registerFilter(name, function inTime(...parameters: [unknown, ...unknown[]]): string {
    const result: unknown = original.apply(this, parameters);
    if (typeof result === 'string') return result;
    throw failureError({
      code: 'config.expression',
      message: `The filter "${name}" is not available in a web page.`,
      hint: 'Give the hash as a variable.',
    });
  });
}

function boundedOperators(): Operators {
  const contains = defaultOperators['contains'];
  if (contains === undefined) return defaultOperators;
  return {
    ...defaultOperators,
    *contains(left: unknown, right: unknown, context: unknown): Generator<unknown, boolean, unknown> {
      refuseLongSearch(left, right);
      const held = yield Reflect.apply(contains, undefined, [left, right, context]);
      return held === true;
    },
  };
}

/** Searching a long text for a long text takes the product of their lengths at worst. */
function refuseLongSearch(value: unknown, part: unknown): void {
  if (typeof part !== 'string' || lengthOf(value) * part.length <= promptLimits.comparisons) return;
  throw failureError({
    code: 'config.expression',
    message: `A prompt searches a text for another one of ${part.length} characters, which takes too long.`,
    hint: 'Search for a shorter text, or prepare the text in a transform node.',
  });
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return Array.isArray(value) ? value.reduce<number>((sum, item) => sum + lengthOf(item), 0) : 0;
}
