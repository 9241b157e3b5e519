import type { RetrievalPolicy } from '../../manifest/index.ts';
import { compareText } from './compare-text.ts';
import { isFilter, passes } from './filter.ts';
import { createItemTable, type Entry, type ItemTable } from './item-table.ts';
import type { MemoryItem, MemoryQuery } from './port.ts';
import { createRankIndexes, type RankIndexes } from './rank-indexes.ts';
import { eachByScore, inOrder, type Scores } from './scores.ts';

type Question = Pick<MemoryQuery, 'policy' | 'text' | 'vector' | 'vectorModel'>;

/**
 * The constant of reciprocal rank fusion (Cormack and others, 2009): how far a first place outweighs good ones elsewhere. Theirs, 60, is
 * for answers of a thousand items; where ten are shown, the tenth has to count for much less than the first.
 */
const fusionOffset = 20;

/** As many as may be shown, and as many again: so many of the items found are put in order by recency and importance, too. */
const reranked = 20;
/** What recency and importance count for, each, beside a list of what was found: they choose between items that answer equally well. */
const rerankWeight = 0.15;

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
      return choose(table, rank(rankingOf({ table, indexes, query, wants: filterOf(query) })), query);
    },
  };
}

/** Best first, ties by id. What a policy gives no score, such as an item without a word in common, is not in the answer. */
export function rankItems(items: readonly MemoryItem[], question: Question): readonly MemoryItem[] {
  const table = createItemTable();
  for (const item of items) table.put(item);
  const ranking = rankingOf({ table, indexes: createRankIndexes(table), query: question, wants: everything });
  const ranked = rank(ranking);
  return [...ranked].map(({ item }) => item);
}

interface Ranking {
  readonly table: ItemTable;
  readonly indexes: RankIndexes;
  readonly query: Question;
  readonly wants: (item: MemoryItem) => boolean;
  /** The same by slot. */
  readonly isWanted: (slot: number) => boolean;
}

function rankingOf(parts: Omit<Ranking, 'isWanted'>): Ranking {
  return { ...parts, isWanted: slotFilter(parts) };
}

const policies = {
  recency: ({ indexes, wants }) => wanted(indexes.recency().entries, wants),
  importance: ({ indexes, wants }) => wanted(indexes.importance().entries, wants),
  keyword: (ranking) => byScore(ranking, keywordScores(ranking)),
  semantic: (ranking) => byScore(ranking, vectorScores(ranking)),
  hybrid: byAll,
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

/**
 * Weighted reciprocal rank fusion: first what words and vectors found, the best of it put in order by recency and importance, too, then
 * the others by these two alone. All four with one weight would put what is new before what answers: docs/retrieval.md.
 */
function* byAll(ranking: Ranking): Generator<Entry, void, undefined> {
  const { table, indexes, isWanted } = ranking;
  const found = new Float64Array(table.slots);
  let lists = 0;
  for (const scores of [keywordScores(ranking), vectorScores(ranking)]) {
    const add = createAdder(found);
    let isAny = false;
    eachByScore(scores, (slot, score) => {
      if (!isWanted(slot)) return;
      add(slot, score);
      isAny = true;
    });
    if (isAny) lists += 1;
  }
  if (lists > 0) yield* byScore(ranking, withRerankedBest(ranking, found, lists * rerankWeight));
  const others = new Float64Array(table.slots);
  for (const { slots, places } of [indexes.recency().order, indexes.importance().order]) {
    const add = createAdder(others);
    for (const [index, slot] of slots.entries()) if (found[slot] === 0 && isWanted(slot)) add(slot, places[index] ?? 0);
  }
  yield* byScore(ranking, others);
}

function withRerankedBest(ranking: Ranking, found: Scores, weight: number): Scores {
  const { indexes } = ranking;
  const best: Entry[] = [];
  for (const entry of byScore(ranking, found)) {
    best.push(entry);
    if (best.length === reranked) break;
  }
  const scores = found.slice();
  for (const { valueOf } of [indexes.recency(), indexes.importance()]) {
    const add = createAdder(scores, weight);
    const ordered = best.toSorted((left, right) => valueOf(right.item) - valueOf(left.item));
    for (const { slot, item } of ordered) add(slot, valueOf(item));
  }
  return scores;
}

/** Takes the slots of one list, best first. Items with the same value share a place, so that ids decide nothing but ties. */
function createAdder(sums: Scores, weight = 1): (slot: number, value: number) => void {
  let place = 0;
  let last: number | undefined;
  return (slot, value) => {
    if (value !== last) place += 1;
    last = value;
    sums[slot] = (sums[slot] ?? 0) + weight / (fusionOffset + place);
  };
}

/** Each item is asked about once, however many lists it is in. */
function slotFilter({ table, wants }: Pick<Ranking, 'table' | 'wants'>): (slot: number) => boolean {
  if (wants === everything) return (slot) => table.at(slot) !== undefined;
  const [unknown, yes, no] = [0, 1, 2];
  const known = new Uint8Array(table.slots);
  return (slot) => {
    if (known[slot] === unknown) {
      const entry = table.at(slot);
      known[slot] = entry !== undefined && wants(entry.item) ? yes : no;
    }
    return known[slot] === yes;
  };
}

function* byScore({ table, isWanted }: Ranking, scores: Scores): Generator<Entry, void, undefined> {
  const slots: number[] = [];
  for (let slot = 0; slot < scores.length; slot += 1) if (scores[slot] !== 0 && isWanted(slot)) slots.push(slot);
  const idAt = (slot: number): string => table.at(slot)?.item.id ?? '';
  for (const slot of inOrder(slots, scores, (left, right) => compareText(idAt(left), idAt(right)))) {
    const entry = table.at(slot);
    if (entry !== undefined) yield entry;
  }
}

function* wanted(entries: readonly Entry[], wants: Ranking['wants']): Generator<Entry, void, undefined> {
  for (const entry of entries) if (wants(entry.item)) yield entry;
}

const everything: Ranking['wants'] = () => true;

function filterOf(query: MemoryQuery): Ranking['wants'] {
  return isFilter(query) ? (item) => passes(item, query) : everything;
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
