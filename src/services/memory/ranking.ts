import type { RetrievalPolicy } from '../../manifest/index.ts';
import { compareText } from './compare-text.ts';
import { createItemTable, type Entry, type ItemTable } from './item-table.ts';
import type { MemoryItem, MemoryQuery } from './port.ts';
import { createRankIndexes, type RankIndexes } from './rank-indexes.ts';
import { eachByScore, inOrder, type Scores } from './scores.ts';

type Question = Pick<MemoryQuery, 'policy' | 'text' | 'vector' | 'vectorModel'>;

/** The usual constant of reciprocal rank fusion (Cormack and others, 2009): how far a first place outweighs good ones elsewhere. */
const fusionOffset = 60;

/** Answers queries on one table, and keeps what helps to answer the next. */
export interface Ranker {
  query(query: MemoryQuery): Promise<readonly MemoryItem[]>;
}

export function createRanker(table: ItemTable): Ranker {
  const indexes = createRankIndexes(table);
  return {
    query: async (query) => {
      const usesWords = query.policy === 'keyword' || query.policy === 'hybrid';
      if (usesWords && hasText(query)) await indexes.keywords().prepare();
      return choose(table, rank({ table, indexes, query, wants: filterOf(query) }), query);
    },
  };
}

/** Best first, ties by id. What a policy gives no score, such as an item without a word in common, is not in the answer. */
export function rankItems(items: readonly MemoryItem[], question: Question): readonly MemoryItem[] {
  const table = createItemTable();
  for (const item of items) table.put(item);
  const ranked = rank({ table, indexes: createRankIndexes(table), query: question, wants: () => true });
  return [...ranked].map(({ item }) => item);
}

interface Ranking {
  readonly table: ItemTable;
  readonly indexes: RankIndexes;
  readonly query: Question;
  readonly wants: (item: MemoryItem) => boolean;
}

const policies = {
  recency: ({ indexes, wants }) => wanted(indexes.recency().entries, wants),
  importance: ({ indexes, wants }) => wanted(indexes.importance().entries, wants),
  keyword: (ranking) => byScore(ranking, keywordScores(ranking)),
  semantic: (ranking) => byScore(ranking, vectorScores(ranking)),
  hybrid: (ranking) => byScore(ranking, fusedScores(ranking)),
} as const satisfies Record<RetrievalPolicy, (ranking: Ranking) => Iterable<Entry>>;

function rank(ranking: Ranking): Iterable<Entry> {
  return policies[ranking.query.policy](ranking);
}

const noScores: Scores = new Float64Array(0);

function hasText({ text }: Question): boolean {
  return text !== undefined && text !== '';
}

function keywordScores({ indexes, query }: Ranking): Scores {
  return hasText(query) ? indexes.keywords().search(query.text ?? '') : noScores;
}

function vectorScores({ indexes, query: { vector, vectorModel } }: Ranking): Scores {
  return vector === undefined ? noScores : indexes.vectors(vector.length, vectorModel).search(vector);
}

/** Reciprocal rank fusion. Items with the same score share a place, so that ids decide nothing but ties. */
function fusedScores(ranking: Ranking): Scores {
  const { table, indexes, wants } = ranking;
  const sums = new Float64Array(table.slots);
  for (const scores of [keywordScores(ranking), vectorScores(ranking)]) {
    const add = createAdder(sums);
    eachByScore(scores, (slot, score) => {
      const entry = table.at(slot);
      if (entry !== undefined && wants(entry.item)) add(slot, score);
    });
  }
  for (const { entries, valueOf } of [indexes.recency(), indexes.importance()]) {
    const add = createAdder(sums);
    for (const { slot, item } of entries) if (wants(item)) add(slot, valueOf(item));
  }
  return sums;
}

function createAdder(sums: Float64Array): (slot: number, score: number) => void {
  let place = 0;
  let last: number | undefined;
  return (slot, score) => {
    if (score !== last) place += 1;
    last = score;
    sums[slot] = (sums[slot] ?? 0) + 1 / (fusionOffset + place);
  };
}

function* byScore({ table, wants }: Ranking, scores: Scores): Generator<Entry, void, undefined> {
  const slots: number[] = [];
  for (let slot = 0; slot < scores.length; slot += 1) {
    const entry = scores[slot] === 0 ? undefined : table.at(slot);
    if (entry !== undefined && wants(entry.item)) slots.push(slot);
  }
  const idAt = (slot: number): string => table.at(slot)?.item.id ?? '';
  for (const slot of inOrder(slots, scores, (left, right) => compareText(idAt(left), idAt(right)))) {
    const entry = table.at(slot);
    if (entry !== undefined) yield entry;
  }
}

function* wanted(entries: readonly Entry[], wants: Ranking['wants']): Generator<Entry, void, undefined> {
  for (const entry of entries) if (wants(entry.item)) yield entry;
}

function filterOf({ kinds, tags = [] }: MemoryQuery): Ranking['wants'] {
  if (kinds === undefined && tags.length === 0) return () => true;
  return (item) => (kinds === undefined || kinds.includes(item.kind)) && tags.every((tag) => item.tags.includes(tag));
}

function choose(table: ItemTable, ranked: Iterable<Entry>, query: MemoryQuery): readonly MemoryItem[] {
  const { limit = Infinity, maxTokens = Infinity } = query;
  const chosen: MemoryItem[] = [];
  const smallest = maxTokens === Infinity ? 0 : smallestCost(table);
  let room = maxTokens;
  if (limit <= 0 || smallest > room) return chosen;
  for (const { item } of ranked) {
    if (item.token_cost > room) continue;
    chosen.push(item);
    room -= item.token_cost;
    if (chosen.length >= limit || smallest > room) break;
  }
  return chosen;
}

/** When not even that fits, nobody needs to be asked. */
function smallestCost(table: ItemTable): number {
  let smallest = Infinity;
  for (const { item } of table.entries()) if (item.token_cost < smallest) smallest = item.token_cost;
  return smallest;
}
