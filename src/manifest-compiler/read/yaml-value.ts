import { isAlias, isMap, isScalar, isSeq, type Alias, type Node, type Pair, type YAMLMap } from 'yaml';
import { quote, type TextRange } from '../report/index.ts';
import { limits } from './limits.ts';
import { depthFault, duplicateKeyFault, prototypeKeyFault, syntaxFault, type TextFault } from './text-fault.ts';

export interface YamlValue {
  readonly value: unknown;
  readonly faults: readonly TextFault[];
  /** What each alias stands for. */
  readonly aliases: ReadonlyMap<Alias, Node>;
}

interface Conversion {
  readonly faults: TextFault[];
  readonly anchors: Map<string, Node>;
  readonly aliases: Map<Alias, Node>;
  readonly open: Set<Node>;
  aliasDepth: number;
  aliasedValues: number;
  depth: number;
}

/** Plain values of a document. Every alias becomes a copy, so that the value is a tree, and few copies are allowed. */
export function yamlValue(contents: unknown): YamlValue {
  const conversion: Conversion = {
    faults: [],
    anchors: new Map(),
    aliases: new Map(),
    open: new Set(),
    aliasDepth: 0,
    aliasedValues: 0,
    depth: 0,
  };
  const value = convert(contents, conversion);
  return { value, faults: conversion.faults, aliases: conversion.aliases };
}

function convert(node: unknown, conversion: Conversion): unknown {
  if (isAlias(node)) return convertAlias(node, conversion);
  if (conversion.aliasDepth > 0) conversion.aliasedValues += 1;
  if (conversion.aliasedValues > limits.aliasedValues) return null;
  if (isScalar(node)) {
    if (node.anchor !== undefined) conversion.anchors.set(node.anchor, node);
    return scalarValue(node.value, rangeOfNode(node), conversion);
  }
  if (!isMap(node) && !isSeq(node)) return null;
  if (node.anchor !== undefined) conversion.anchors.set(node.anchor, node);
  if (conversion.depth >= limits.depth) {
    conversion.faults.push(depthFault(limits.depth, rangeOfNode(node)[0]));
    return null;
  }
  conversion.depth += 1;
  conversion.open.add(node);
  const value = isSeq(node) ? node.items.map((item) => convert(item, conversion)) : convertMap(node, conversion);
  conversion.open.delete(node);
  conversion.depth -= 1;
  return value;
}

function convertAlias(alias: Alias, conversion: Conversion): unknown {
  const target = conversion.anchors.get(alias.source);
  const range = rangeOfNode(alias);
  if (target === undefined || conversion.open.has(target)) {
    const message =
      target === undefined
        ? `The alias ${quote(`*${alias.source}`)} has no anchor before it.`
        : `The alias ${quote(`*${alias.source}`)} stands inside of what it names.`;
    conversion.faults.push(
      syntaxFault(message, range, 'Write the value out, or put a text that begins with "*" in quotes.'),
    );
    return null;
  }
  conversion.aliases.set(alias, target);
  const wasAllowed = conversion.aliasedValues <= limits.aliasedValues;
  conversion.aliasDepth += 1;
  const value = convert(target, conversion);
  conversion.aliasDepth -= 1;
  if (wasAllowed && conversion.aliasDepth === 0 && conversion.aliasedValues > limits.aliasedValues) {
    conversion.faults.push({
      code: 'MANIFEST_ALIAS_LIMIT',
      message: `The aliases of this file stand for more than ${limits.aliasedValues} values.`,
      hint: 'Write the values out.',
      range,
    });
  }
  return value;
}

function convertMap(map: YAMLMap, conversion: Conversion): unknown {
  const entries = new Map<string, unknown>();
  for (const pair of map.items) {
    const key = keyOfPair(pair);
    const range = rangeOfNode(pair.key);
    if (key === undefined) {
      conversion.faults.push(syntaxFault('A key has to be a text.', range, 'Write a text before the colon.'));
    } else if (key === '__proto__') {
      conversion.faults.push(prototypeKeyFault(range));
    } else if (entries.has(key)) {
      conversion.faults.push(duplicateKeyFault(quote(key), range));
    } else {
      entries.set(key, convert(pair.value, conversion));
    }
  }
  return Object.fromEntries(entries);
}

function scalarValue(value: unknown, range: TextRange, conversion: Conversion): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value ?? null;
  conversion.faults.push({
    code: 'MANIFEST_VALUE_INVALID',
    message: 'The number is not finite.',
    hint: 'Write a number that JSON knows, or put it in quotes.',
    range,
  });
  return null;
}

/** The key as text; none for maps, lists and empty keys. */
export function keyOfPair(pair: Pair): string | undefined {
  const key: unknown = isScalar(pair.key) ? pair.key.value : undefined;
  if (typeof key === 'number' && isScalar(pair.key) && pair.key.source !== undefined) return pair.key.source;
  return typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean' ? String(key) : undefined;
}

/** Offsets of what was written for a node, without blank space after it. */
export function rangeOfNode(node: unknown): TextRange {
  if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return [0, 0];
  const range = node.range;
  return range === null || range === undefined ? [0, 0] : [range[0], range[1]];
}
