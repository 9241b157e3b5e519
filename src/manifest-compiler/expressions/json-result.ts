import { failureError } from '../../errors/index.ts';
import { workLimits } from './limits.ts';
import type { Json } from './types.ts';

interface Copy {
  readonly describe: () => string;
  nodes: number;
  characters: number;
}

interface Given extends Pick<Copy, 'nodes' | 'characters'> {
  readonly json: Json;
}

/**
 * Values that expressions gave before, with what they count for. Nobody changes a value of a task, so a stage that hands
 * one on gives the same one, however large it is.
 */
const given = new WeakMap<object, Given>();

/** Makes JSON of what an expression gave, or fails with a sentence that begins with `describe()`. */
export function toJson(value: unknown, describe: () => string): Json {
  if (value === null || typeof value === 'boolean') return value;
  const copy: Copy = { describe, nodes: 0, characters: 0 };
  const json = copyValue(copy, value, 0);
  if (typeof json === 'object' && json !== null)
    given.set(json, { json, nodes: copy.nodes, characters: copy.characters });
  return json;
}

function copyValue(copy: Copy, value: unknown, depth: number): Json {
  copy.nodes += 1;
  if (copy.nodes > workLimits.resultNodes) throw tooLarge(copy, `more than ${workLimits.resultNodes} values`);
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return copyText(copy, value);
  if (typeof value === 'number') return copyNumber(copy, value);
  if (typeof value === 'bigint') return copyInteger(copy, value);
  if (typeof value === 'object') return copyObject(copy, value, depth + 1);
  throw noJson(copy, 'a value of the host program', 'Give JSON alone to the engine.');
}

function copyNumber(copy: Copy, value: number): number {
  if (Number.isFinite(value)) return value === 0 ? 0 : value;
  throw noJson(copy, 'a number that is not finite', 'Check for a division by zero.');
}

function copyText(copy: Copy, value: string): string {
  copy.characters += value.length;
  if (copy.characters <= workLimits.resultCharacters) return value;
  throw tooLarge(copy, `texts of more than ${workLimits.resultCharacters} characters`);
}

function copyInteger(copy: Copy, value: bigint): number {
  const result = Number(value);
  if (Number.isSafeInteger(result)) return result;
  throw noJson(
    copy,
    'an integer that JSON cannot hold exactly',
    'Use string() to keep all digits, or double() to round.',
  );
}

function copyObject(copy: Copy, value: object, depth: number): Json {
  if (depth > workLimits.resultDepth) {
    throw tooLarge(copy, `values nested deeper than ${workLimits.resultDepth} levels`);
  }
  const known = given.get(value);
  if (known !== undefined) return takeGiven(copy, known);
  if (isPlain(value)) return copyFields(copy, value, depth);
  if (value instanceof Map) return copyFields(copy, fieldsOf(value), depth);
  if (!Array.isArray(value) && !(value instanceof Set)) return copySpecial(copy, value);
  const items: Json[] = [];
  for (const item of value) items.push(copyValue(copy, item, depth));
  return items;
}

/** What it holds counts again: else a list of the same value many times over would have no limit. */
function takeGiven(copy: Copy, { json, nodes, characters }: Given): Json {
  copy.nodes += nodes - 1;
  copy.characters += characters;
  if (copy.nodes > workLimits.resultNodes) throw tooLarge(copy, `more than ${workLimits.resultNodes} values`);
  if (copy.characters > workLimits.resultCharacters)
    throw tooLarge(copy, `texts of more than ${workLimits.resultCharacters} characters`);
  return json;
}

function fieldsOf(map: ReadonlyMap<unknown, unknown>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Array.from(map, ([key, value]) => [String(key), value]));
}

/** True for a map: an object of JSON or of CEL's map literals. */
export function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function copyFields(copy: Copy, fields: Readonly<Record<string, unknown>>, depth: number): Json {
  const result: Record<string, Json> = {};
  for (const key of Object.keys(fields)) {
    copy.characters += key.length;
    const copied = copyValue(copy, fields[key], depth);
    if (key === '__proto__') defineOwn(result, key, copied);
    else result[key] = copied;
  }
  return result;
}

/** Values of CEL that JSON does not know. The library does not export their classes, so they are told by their tags. */
function copySpecial(copy: Copy, value: object): Json {
  if (value instanceof Uint8Array) throw noJson(copy, 'bytes', 'Use string() or .base64() to make a text of them.');
  const tag = Object.prototype.toString.call(value);
  const primitive: unknown = value.valueOf();
  if (tag === '[object Date]') {
    const text: unknown = JSON.parse(JSON.stringify(value));
    if (typeof text === 'string') return text;
  }
  if (tag === '[object google.protobuf.Duration]' && typeof primitive === 'number') return printDuration(primitive);
  if (typeof primitive === 'bigint') return copyInteger(copy, primitive);
  throw noJson(copy, 'something that is no JSON value', 'Give a text, a number, a list or a map.');
}

/** As protobuf's JSON writes it; the library's own text is wrong for some negative ones. */
function printDuration(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(9).replace(/\.?0+$/u, '')}s`;
}

/** Plain assignment would set the prototype. */
export function defineOwn(target: object, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function noJson(copy: Copy, what: string, hint: string): Error {
  return failureError({ code: 'config.expression', message: `${copy.describe()} gives ${what}.`, hint });
}

function tooLarge(copy: Copy, what: string): Error {
  return failureError({
    code: 'config.expression',
    message: `${copy.describe()} gives ${what}.`,
    hint: 'Take only the fields that are needed.',
  });
}
