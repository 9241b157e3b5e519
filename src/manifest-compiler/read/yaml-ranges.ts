import { isAlias, isMap, isSeq, type Alias, type Node, type Pair, type YAMLMap } from 'yaml';
import type { RangeFinder, TextRange } from '../report/index.ts';
import { keyOfPair, rangeOfNode } from './yaml-value.ts';

/** Finds places in a YAML document; the keys of a map are indexed when somebody first asks for one. */
export function createYamlRangeFinder(contents: unknown, aliases: ReadonlyMap<Alias, Node>): RangeFinder {
  const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  const pairOf = (map: YAMLMap, key: string): Pair | undefined => {
    const index = indexes.get(map) ?? indexPairs(map);
    indexes.set(map, index);
    return index.get(key);
  };
  return (path, at) => {
    let node: unknown = contents;
    let range: TextRange = rangeOfNode(node);
    for (const [depth, step] of path.entries()) {
      const around = isAlias(node) ? aliases.get(node) : node;
      const pair = isMap(around) ? pairOf(around, String(step)) : undefined;
      if (pair !== undefined) {
        const keyRange = rangeOfNode(pair.key);
        const valueRange = rangeOfNode(pair.value);
        const pointsAtKey = (at === 'key' && depth === path.length - 1) || valueRange[0] === valueRange[1];
        range = pointsAtKey ? keyRange : valueRange;
        node = pair.value;
      } else if (isSeq(around) && typeof step === 'number' && around.items[step] !== undefined) {
        node = around.items[step];
        range = rangeOfNode(node);
      } else return range;
    }
    return range;
  };
}

function indexPairs(map: YAMLMap): ReadonlyMap<string, Pair> {
  const index = new Map<string, Pair>();
  for (const pair of map.items) {
    const key = keyOfPair(pair);
    if (key !== undefined && !index.has(key)) index.set(key, pair);
  }
  return index;
}
