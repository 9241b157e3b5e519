import MiniSearch from 'minisearch';
import { compareText } from './compare-text.ts';
import type { Entry, EntryIndex } from './item-table.ts';
import { scoreOf, type Scores } from './scores.ts';
import { wordsOf, wordsSought } from './words.ts';

/**
 * Words of a query are looked for from the rarest on, as long as together they are in no more items than this. What is left out is
 * in so many items that it tells them hardly apart, and would cost the most.
 */
const mostOccurrences = 20_000;

/** Reading many items at once may take seconds; others get their turn that often. */
const longestTurnMs = 10;

export interface KeywordIndex extends EntryIndex {
  /** Takes in what came since the last query, leaving room for others between. */
  prepare(): Promise<void>;
  /** BM25 of items that share a word with the text. */
  search(text: string): Scores;
}

interface IndexedText {
  readonly id: number;
  readonly text: string;
}

/** `slots` is how many there are at the time. */
export function createKeywordIndex(slots: () => number): KeywordIndex {
  const engine = createEngine();
  const waiting = new Map<number, Entry>();
  const frequency = new Map<string, number>();
  const count = (text: string, by: 1 | -1): void => {
    for (const word of new Set(wordsOf(text))) {
      const items = (frequency.get(word) ?? 0) + by;
      if (items === 0) frequency.delete(word);
      else frequency.set(word, items);
    }
  };
  const takeIn = (untilMs: number): void => {
    for (const [slot, entry] of waiting) {
      const document = documentOf(entry);
      engine.add(document);
      count(document.text, 1);
      waiting.delete(slot);
      if (performance.now() > untilMs) return;
    }
  };
  return {
    add: (entry) => {
      waiting.set(entry.slot, entry);
    },
    remove: (entry) => {
      if (waiting.delete(entry.slot)) return;
      const document = documentOf(entry);
      // Not `discard`, after which scores would depend on what was there before.
      engine.remove(document);
      count(document.text, -1);
    },
    prepare: async () => {
      takeIn(performance.now() + longestTurnMs);
      while (waiting.size > 0) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        takeIn(performance.now() + longestTurnMs);
      }
    },
    search: (text) => {
      takeIn(Infinity);
      const scores = new Float64Array(slots());
      const words = rarest(wordsSought(text), frequency);
      const collect = ({ id, score, queryTerms }: Hit): boolean => {
        // MiniSearch multiplies BM25 by the number of words found, and would go on to sort objects.
        scores[id] = scoreOf(score / queryTerms.length);
        return false;
      };
      if (words.length > 0) engine.search(words.join(' '), { filter: collect });
      return scores;
    },
  };
}

type Hit = { readonly id: number; readonly score: number; readonly queryTerms: readonly string[] };

function createEngine(): MiniSearch<IndexedText> {
  return new MiniSearch<IndexedText>({
    fields: ['text'],
    tokenize: wordsOf,
    processTerm: (word) => word,
    logger: () => {},
    autoVacuum: false,
    searchOptions: { tokenize: (words) => words.split(' '), combineWith: 'OR' },
  });
}

function documentOf({ item, slot }: Entry): IndexedText {
  return { id: slot, text: item.tags.length === 0 ? item.content : `${item.content} ${item.tags.join(' ')}` };
}

function rarest(words: readonly string[], frequency: ReadonlyMap<string, number>): string[] {
  const known = words
    .map((word) => ({ word, items: frequency.get(word) ?? 0 }))
    .filter(({ items }) => items > 0)
    .toSorted((left, right) => left.items - right.items || compareText(left.word, right.word));
  let occurrences = 0;
  return known
    .filter(({ items }, index) => {
      occurrences += items;
      return index === 0 || occurrences <= mostOccurrences;
    })
    .map(({ word }) => word);
}
