import { EvaluationError, type Environment } from '@marcbachmann/cel-js';
import { failureError } from '../../errors/index.ts';
import { isPlain } from './json-result.ts';
import { workLimits } from './limits.ts';
import { compilePattern, type CompiledPattern } from './pattern.ts';
import { chargeDeep, shallowSteps, type StepMeter } from './step-meter.ts';

/** What the library would run without any bound, or with Node's Buffer alone; the printer calls these instead. */
export const ownMethods: ReadonlySet<string> = new Set([
  'matches',
  'contains',
  'indexOf',
  'lastIndexOf',
  'split',
  'json',
]);

const comparisonsPerStep = 128;
const keptPatterns = 100;

/** Adds what the printer writes into expressions. The names cannot be written by users: they are not checked against it. */
export function registerMeteredFunctions(environment: Environment, meter: StepMeter): void {
  const sync = { async: false };
  const shallow = (value: unknown): unknown => {
    meter.charge(shallowSteps(value));
    return value;
  };
  const deep = (value: unknown): unknown => {
    chargeDeep(meter, value);
    return value;
  };
  const range = (value: unknown, steps: bigint): unknown => {
    meter.charge(shallowSteps(value) * Number(steps));
    return value;
  };
  environment
    .registerFunction('__shallow(dyn): dyn', shallow, sync)
    .registerFunction('__size(dyn): int', (value: unknown) => BigInt(sizeOf(meter, value)), sync)
    .registerFunction('__deep(dyn): dyn', deep, sync)
    .registerFunction('__range(dyn, int): dyn', range, sync)
    .registerFunction('__short(dyn): dyn', refuseLong, sync)
    .registerFunction('__integer(dyn): dyn', toInteger, sync)
    .registerFunction('bytes.__json(): map', readJson, sync);
  registerSearches(environment, meter);
  registerMatches(environment, meter);
}

function registerSearches(environment: Environment, meter: StepMeter): void {
  const charge = (text: string, part: string): void =>
    meter.charge(shallowSteps(text) + Math.floor((text.length * part.length) / comparisonsPerStep));
  const search = <Result>(find: (text: string, part: string, more: bigint) => Result) => {
    return (text: string, part: string, more: bigint): Result => {
      charge(text, part);
      return find(text, part, more);
    };
  };
  environment
    .registerFunction(
      'string.__contains(string): bool',
      search((text, part) => text.includes(part)),
    )
    .registerFunction(
      'string.__indexOf(string): int',
      search((text, part) => BigInt(text.indexOf(part))),
    )
    .registerFunction(
      'string.__lastIndexOf(string): int',
      search((text, part) => BigInt(text.lastIndexOf(part))),
    )
    .registerFunction(
      'string.__split(string): list<string>',
      search((text, part) => text.split(part)),
    )
    .registerFunction(
      'string.__indexOf(string, int): int',
      search((text, part, from) => BigInt(text.indexOf(part, position(text, from)))),
    )
    .registerFunction(
      'string.__lastIndexOf(string, int): int',
      search((text, part, from) => BigInt(text.lastIndexOf(part, position(text, from)))),
    )
    .registerFunction('string.__split(string, int): list<string>', search(splitAtMost));
}

function registerMatches(environment: Environment, meter: StepMeter): void {
  const kept = new Map<string, CompiledPattern>();
  const patternOf = (source: string): CompiledPattern => {
    const known = kept.get(source);
    if (known !== undefined) return known;
    const result = compilePattern(source);
    if (!result.ok) throw new EvaluationError({ code: 'invalid_regular_expression', message: result.fault.message });
    if (kept.size >= keptPatterns) kept.clear();
    kept.set(source, result.pattern);
    return result.pattern;
  };
  environment.registerFunction('string.__matches(string): bool', (text: string, source: string) => {
    const pattern = patternOf(source);
    meter.charge(text.length * (1 + Math.ceil(pattern.size / 4)));
    return pattern.test(text);
  });
}

/** The size of a text is in code points; the library counts them some twenty times more slowly. */
function sizeOf(meter: StepMeter, value: unknown): number {
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof Map || value instanceof Set) return value.size;
  meter.charge(shallowSteps(value));
  if (typeof value === 'string') return codePoints(value);
  if (typeof value === 'object' && value !== null && isPlain(value)) return Object.keys(value).length;
  throw new EvaluationError({ code: 'no_such_overload', message: 'size() takes a text, a list or a map' });
}

function codePoints(text: string): number {
  let count = text.length;
  for (let index = 1; index < text.length; index += 1) {
    if ((text.charCodeAt(index) & 0xfc_00) === 0xdc_00 && (text.charCodeAt(index - 1) & 0xfc_00) === 0xd8_00)
      count -= 1;
  }
  return count;
}

function position(text: string, from: bigint): number {
  if (from >= 0n && from <= BigInt(text.length)) return Number(from);
  throw new EvaluationError({ code: 'index_out_of_range', message: 'The start lies outside the text.' });
}

/** Splits into at most that many parts, the last one with the rest; a negative number means no limit. */
function splitAtMost(text: string, separator: string, limit: bigint): readonly string[] {
  const parts = text.split(separator);
  if (limit < 0n || limit >= BigInt(parts.length)) return parts;
  if (limit === 0n) return [];
  const kept = Number(limit) - 1;
  return [...parts.slice(0, kept), parts.slice(kept).join(separator)];
}

/** The library reads durations in quadratic time. */
function refuseLong(value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= workLimits.durationCharacters) return value;
  throw failureError({
    code: 'config.expression',
    message: `A duration of ${value.length} characters was given where ${workLimits.durationCharacters} are allowed.`,
    hint: 'Write a duration such as "90s" or "1h30m".',
  });
}

function readJson(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return value;
  } catch {
    throw failureError({
      code: 'config.expression',
      message: 'json() was given bytes that are no JSON.',
      hint: 'Give it one JSON value in UTF-8.',
    });
  }
}

/** JSON knows no integers, CEL takes nothing else as a position in a text. */
function toInteger(value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}
