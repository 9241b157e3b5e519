import { expect, it } from 'vitest';
import { rankItems, type MemoryItem } from '../../../../src/services/memory/index.ts';
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
  expect(idsOf(rankItems(items, { policy: 'keyword', text: 'weather, the' }))).toEqual(['c', 'b', 'd']);
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

it('puts first in hybrid what is good by all policies', () => {
  expect(idsOf(rankItems(items, { policy: 'hybrid', text: 'large file' }))).toEqual(['b', 'd', 'a', 'c']);
});

it('leaves recency and importance to decide in hybrid when no word is shared', () => {
  expect(idsOf(rankItems(items, { policy: 'hybrid', text: 'zebra' }))).toEqual(['b', 'd', 'a', 'c']);
});

it('answers the same whatever the order of the items', () => {
  for (const policy of ['recency', 'importance', 'keyword', 'hybrid'] as const) {
    const query = { policy, text: 'the file' };
    expect(rankItems(items.toReversed(), query)).toEqual(rankItems(items, query));
  }
});
