import { expect, it } from 'vitest';
import { decodeVector, encodeVector, rankItems, type MemoryItem } from '../../../../src/services/memory/index.ts';
import { itemOf } from '../../../contract/memory-store.ts';

const idsOf = (items: readonly MemoryItem[]): string[] => items.map((item) => item.id);

const items = [
  itemOf('d', { timestamp: 4, importance: 0.1, content: 'the parser reads the file' }),
  itemOf('b', { timestamp: 2, importance: 0.9, content: 'the file is large' }),
  itemOf('c', { timestamp: 2, importance: 0.1, content: 'the weather is fine' }),
  itemOf('a', { timestamp: 1, importance: 0.9, content: 'nothing', tags: ['Parser'] }),
];

it('puts the newest first by recency, ties by id', () => {
  expect(idsOf(rankItems(items, { policy: 'recency' }))).toEqual(['d', 'b', 'c', 'a']);
});

it('puts the most important first by importance, ties by id', () => {
  expect(idsOf(rankItems(items, { policy: 'importance' }))).toEqual(['a', 'b', 'c', 'd']);
});

it('counts rare words more than common ones, and tags like words', () => {
  expect(idsOf(rankItems(items, { policy: 'keyword', text: 'Which PARSER, weather?' }))).toEqual(['c', 'a', 'd']);
  expect(idsOf(rankItems(items, { policy: 'keyword', text: 'weather, the' }))).toEqual(['c', 'd', 'b']);
});

it('finds nothing by keyword when no word is shared', () => {
  expect(rankItems(items, { policy: 'keyword', text: 'zebra' })).toEqual([]);
  expect(rankItems(items, { policy: 'keyword' })).toEqual([]);
  expect(rankItems([], { policy: 'keyword', text: 'file' })).toEqual([]);
});

it('knows words of any script', () => {
  const umlaut = itemOf('u', { content: 'Die ÜBERSICHT, обзор' });
  expect(idsOf(rankItems([umlaut, ...items], { policy: 'keyword', text: 'übersicht' }))).toEqual(['u']);
  expect(idsOf(rankItems([umlaut, ...items], { policy: 'keyword', text: 'Обзор' }))).toEqual(['u']);
});

it('counts a word more where it is there more often, and where there are fewer others', () => {
  const texts = { once: 'parser one two', twice: 'parser parser two', short: 'parser' };
  const found = Object.entries(texts).map(([id, content]) => itemOf(id, { content }));
  expect(idsOf(rankItems(found, { policy: 'keyword', text: 'parser' }))).toEqual(['twice', 'short', 'once']);
});

it('leaves the words out that are in most of very many items when there are rarer ones', () => {
  const many = Array.from({ length: 21_000 }, (_, index) => itemOf(String(index), { content: 'the' }));
  const all = [...many, itemOf('rare', { content: 'a zebra' })];
  expect(idsOf(rankItems(all, { policy: 'keyword', text: 'the zebra' }))).toEqual(['rare']);
  expect(rankItems(all, { policy: 'keyword', text: 'the' })).toHaveLength(21_000);
});

it('puts first in hybrid what is good by all policies', () => {
  expect(idsOf(rankItems(items, { policy: 'hybrid', text: 'large file' }))).toEqual(['b', 'd', 'a', 'c']);
});

it('leaves recency and importance to decide in hybrid when no word is shared', () => {
  expect(idsOf(rankItems(items, { policy: 'hybrid', text: 'zebra' }))).toEqual(['b', 'd', 'a', 'c']);
});

it('answers the same whatever the order of the items', () => {
  const all = [...items, ...embedded];
  for (const policy of ['recency', 'importance', 'keyword', 'semantic', 'hybrid'] as const) {
    const query = { policy, text: 'the file', vector: new Float32Array([1, 0]) };
    expect(rankItems(all.toReversed(), query)).toEqual(rankItems(all, query));
  }
});

const vectorOf = (...numbers: number[]): { embedding: { model: string; vector: string } } => {
  return { embedding: { model: 'small', vector: encodeVector(new Float32Array(numbers)) } };
};
const embedded = [
  itemOf('near', vectorOf(3, 1)),
  itemOf('same', vectorOf(7, 0)),
  itemOf('also-near', vectorOf(6, 2)),
  itemOf('right-angle', vectorOf(0, 1)),
  itemOf('against', vectorOf(-1, 0)),
  itemOf('three', vectorOf(1, 0, 0)),
  itemOf('nothing', vectorOf(0, 0)),
];

it('puts the nearest vector first by semantic, ties by id, and leaves out what is not near at all', () => {
  const query = { policy: 'semantic', vector: new Float32Array([1, 0]) } as const;
  expect(idsOf(rankItems([...items, ...embedded], query))).toEqual(['same', 'also-near', 'near']);
});

it('finds nothing by semantic without a vector, or with one of another model', () => {
  const vector = new Float32Array([1, 0]);
  expect(rankItems(embedded, { policy: 'semantic', text: 'near' })).toEqual([]);
  expect(rankItems(embedded, { policy: 'semantic', vector, vectorModel: 'large' })).toEqual([]);
  expect(rankItems(embedded, { policy: 'semantic', vector, vectorModel: 'small' })).toHaveLength(3);
  const damaged = itemOf('d', { embedding: { model: 'small', vector: 'AAAA' } });
  expect(rankItems([damaged], { policy: 'semantic', vector })).toEqual([]);
});

it('lets a vector decide in hybrid where the words say nothing', () => {
  const alike = { timestamp: 1, importance: 0.5, content: 'alike' };
  const found = [itemOf('a', alike), itemOf('b', { ...alike, ...vectorOf(1, 0) })];
  const query = { policy: 'hybrid', text: 'alike' } as const;
  expect(idsOf(rankItems(found, query))).toEqual(['a', 'b']);
  expect(idsOf(rankItems(found, { ...query, vector: new Float32Array([1, 0]) }))).toEqual(['b', 'a']);
});

it('puts what answers first by hybrid, however new and important the others are, which follow', () => {
  const others = Array.from({ length: 30 }, (_, index) => {
    return itemOf(`new-${index}`, { timestamp: 100 + index, importance: 1, content: 'other words' });
  });
  const old = itemOf('old', { timestamp: 1, importance: 0, content: 'the length of a slot' });
  const found = idsOf(rankItems([...others, old], { policy: 'hybrid', text: 'slot' }));
  expect(found.slice(0, 2)).toEqual(['old', 'new-29']);
  expect(found).toHaveLength(31);
});

it('lets the newer and the more important of two items that answer alike come first by hybrid', () => {
  const content = 'the length of a slot';
  const first = itemOf('a', { timestamp: 1, importance: 0.5, content });
  const newer = itemOf('b', { timestamp: 2, importance: 0.5, content });
  const important = itemOf('c', { timestamp: 1, importance: 0.9, content });
  const query = { policy: 'hybrid', text: 'slot' } as const;
  expect(idsOf(rankItems([first, newer], query))).toEqual(['b', 'a']);
  expect(idsOf(rankItems([first, important], query))).toEqual(['c', 'a']);
});

it('writes vectors as base64 of little-endian floats of length 1', () => {
  expect(encodeVector(new Float32Array([0, -2]))).toBe('AAAAAAAAgL8=');
  expect(decodeVector('AAAAAAAAgL8=')).toEqual(new Float32Array([0, -1]));
  expect(['', 'AAAA', 'AADAfw=='].map(decodeVector)).toEqual([undefined, undefined, undefined]);
});
