import type { RetrievalPolicy, StoreName } from '../../manifest/index.ts';
import type { MemoryItem } from '../memory/index.ts';

/** An item, and whose it is. */
export interface Offer {
  readonly store: StoreName;
  readonly item: MemoryItem;
}

/** What two stores can be compared by; the scores of all else say nothing about those of another store. */
const values: Readonly<Partial<Record<RetrievalPolicy, (item: MemoryItem) => number>>> = {
  recency: ({ timestamp }) => timestamp,
  importance: ({ importance }) => importance,
};

/** What several stores answered as one list, best first: by what the policy goes by, or else by turns. */
export function mergeAnswers(answers: readonly (readonly Offer[])[], policy: RetrievalPolicy): readonly Offer[] {
  const [first = [], ...others] = answers.filter((answer) => answer.length > 0);
  if (others.length === 0) return first;
  const valueOf = values[policy];
  const placed = [first, ...others].flatMap((answer) =>
    answer.map((offer, place) => ({ offer, value: valueOf?.(offer.item) ?? -place })),
  );
  return placed
    .toSorted((left, right) => right.value - left.value || compareOffers(left.offer, right.offer))
    .map(({ offer }) => offer);
}

export function compareOffers(left: Offer, right: Offer): number {
  return compareText(left.item.id, right.item.id) || compareText(left.store, right.store);
}

export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
