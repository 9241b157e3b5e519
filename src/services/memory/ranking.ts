import type { RetrievalPolicy } from '../../manifest/index.ts';
import { keywordScores } from './keyword-score.ts';
import type { MemoryItem, MemoryQuery } from './port.ts';
import { semanticScores } from './semantic-score.ts';

type Scores = ReadonlyMap<MemoryItem, number>;
type Question = Pick<MemoryQuery, 'policy' | 'text' | 'vector' | 'vectorModel'>;
type Scorer = (items: readonly MemoryItem[], question: Question) => Scores;

/** The usual constant of reciprocal rank fusion: how far a first place in one list outweighs good places in the others. */
const fusionOffset = 60;

const recency: Scorer = (items) => new Map(items.map((item) => [item, item.timestamp]));
const importance: Scorer = (items) => new Map(items.map((item) => [item, item.importance]));
const keyword: Scorer = (items, { text = '' }) => keywordScores(items, text);
const fusedScorers = [keyword, semanticScores, recency, importance];

const scorers = {
  recency,
  importance,
  keyword,
  semantic: semanticScores,
  hybrid: (items, question) => fuse(fusedScorers.map((score) => score(items, question))),
} as const satisfies Record<RetrievalPolicy, Scorer>;

/** Best first, ties by id. What a policy gives no score, such as an item without a word in common, is not in the answer. */
export function rankItems(items: readonly MemoryItem[], question: Question): readonly MemoryItem[] {
  return sortByScore(scorers[question.policy](items, question)).map(([item]) => item);
}

/** The items that a query asks for. */
export function selectItems(items: Iterable<MemoryItem>, query: MemoryQuery): readonly MemoryItem[] {
  const { kinds, tags = [], limit = Infinity, maxTokens = Infinity } = query;
  const candidates = [...items].filter(
    (item) => (kinds === undefined || kinds.includes(item.kind)) && tags.every((tag) => item.tags.includes(tag)),
  );
  const chosen: MemoryItem[] = [];
  let tokens = 0;
  for (const item of rankItems(candidates, query)) {
    if (chosen.length >= limit) break;
    if (tokens + item.token_cost <= maxTokens) {
      chosen.push(item);
      tokens += item.token_cost;
    }
  }
  return chosen;
}

/** Reciprocal rank fusion. Items with the same score share a place, so that ids decide nothing but ties. */
function fuse(lists: readonly Scores[]): Scores {
  const fused = new Map<MemoryItem, number>();
  for (const list of lists) {
    let place = 0;
    let last: number | undefined;
    for (const [item, score] of sortByScore(list)) {
      if (score !== last) place += 1;
      last = score;
      fused.set(item, (fused.get(item) ?? 0) + 1 / (fusionOffset + place));
    }
  }
  return fused;
}

function sortByScore(scores: Scores): [item: MemoryItem, score: number][] {
  return [...scores].toSorted(([left, leftScore], [right, rightScore]) => {
    return rightScore - leftScore || compareText(left.id, right.id);
  });
}

/** By code unit: `localeCompare` depends on the machine. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
