import { StoreName, type CostMode } from '../../manifest/index.ts';
import { passes, type MemoryItem, type MemoryQuery } from '../memory/index.ts';
import { compareOffers, compareText, mergeAnswers, type Offer } from './merge-answers.ts';
import { deniedBy } from './denied.ts';
import { addOmitted, nothingOmitted, type Omitted } from './marker.ts';
import type { Measure } from './measure.ts';
import type { ContextRequest, LeftOut } from './package.ts';

/** Something from a store that may be shown. */
export interface Candidate {
  readonly source: string;
  readonly text: string;
  /** With what stands around it. */
  readonly tokens: number;
  readonly item: MemoryItem;
  /** Among what was found, 1 for the best. */
  readonly rank?: number;
}

export interface Candidates {
  /** Decisions and constraints of the task, and what is tagged as pinned, oldest first. */
  readonly pinned: readonly Candidate[];
  /** The newest messages, oldest first. */
  readonly recent: readonly Candidate[];
  /** All others, best first. */
  readonly ranked: readonly Candidate[];
  /** What the profile allows and none of these are. */
  readonly rest: Omitted;
  readonly duplicates: readonly LeftOut[];
}

/** One turn: a question and its answer. */
const defaultRecent = 2;
const pinnedKinds = ['task_summary', 'decision', 'constraint'];
const pinnedTag = 'pinned';

/** The share of a text that is left at least when it is shortened. */
export const leastShares = { cheap: 0.15, balanced: 0.3, max_quality: 0.6 } as const satisfies Record<CostMode, number>;

/** Tokens that short items have: so many of them are looked at as a budget could hold. */
const shortItem = 20;
const fewestLooks = 100;
const mostLooks = 20_000;

/** What the stores of the profile hold on the subject, as far as the profile allows it. */
export async function collectCandidates(
  request: ContextRequest,
  budget: number,
  measure: Measure,
): Promise<Candidates> {
  const { profile, question, pinned } = request;
  const { retrieval_policy: policy = 'recency', k_recent_messages: messages = defaultRecent } = profile;
  const reach = budget / leastShares[profile.cost_mode ?? 'balanced'];
  const bounds = {
    limit: Math.min(mostLooks, Math.max(fewestLooks, Math.ceil(reach / shortItem))),
    maxTokens: Math.ceil(reach * 2), // stores count in their own way
  };
  const found = await askAll(request, {
    // Those of the task itself: of a project there may be hundreds, and the few that every task must see are tagged.
    kinds: { policy: 'recency', kinds: pinnedKinds, store: 'task_store' },
    tagged: { policy: 'recency', tags: [pinnedTag] },
    recent: { policy: 'recency', kinds: ['message'], limit: messages },
    ranked: { ...question, policy, ...bounds },
  });
  const seen = new Set<string>();
  const texts = new Set([...pinned.map(({ text }) => text), request.direct]);
  const duplicates: LeftOut[] = [];
  const take = (offers: readonly Offer[], isRanked = false): Candidate[] =>
    offers.flatMap((offer, at) => {
      const { store, item } = offer;
      const key = keyOf(offer);
      if (seen.has(key)) return [];
      seen.add(key);
      const source = `${store}/${item.source}`;
      const tokens = measure.count(item.content) + measure.frame(source);
      const ranked = isRanked ? { rank: at + 1 } : {};
      if (texts.has(item.content)) {
        duplicates.push({ source, tokens, reason: 'duplicate', id: item.id, ...ranked });
        return [];
      }
      texts.add(item.content);
      return [{ source, text: item.content, tokens, item, ...ranked }];
    });
  const taken = {
    pinned: take([...found.kinds, ...found.tagged].toSorted(oldestFirst)),
    recent: take(found.recent.slice(0, messages)).toReversed(),
    ranked: take(found.ranked, true),
  };
  return { ...taken, duplicates, rest: restOf(found) };
}

type AskedQuery = MemoryQuery & { readonly store?: StoreName };
type Queries = Readonly<Record<'kinds' | 'tagged' | 'recent' | 'ranked', AskedQuery>>;
type Found = Readonly<Record<keyof Queries, readonly Offer[]>> & {
  readonly all: Omitted;
  /** Whether `all` has it. */
  readonly isCounted: (offer: Offer) => boolean;
};

async function askAll({ profile, stores, tags: taskTags = [] }: ContextRequest, queries: Queries): Promise<Found> {
  const deny = deniedBy(profile);
  const tagsIn = (store: StoreName): readonly string[] =>
    profile.match_task_tags === true && store !== 'task_store' ? taskTags : [];
  // In an order of their own, so that it does not matter in which one the profile names them.
  const names = StoreName.options.filter((name) => profile.sources.includes(name));
  const ask = async ({ store: only, ...query }: AskedQuery): Promise<readonly Offer[]> => {
    if (query.limit === 0) return [];
    const answers: (readonly Offer[])[] = [];
    for (const store of names.filter((each) => each === (only ?? each))) {
      // What is pinned is for all tasks.
      const tags = query.tags ?? tagsIn(store);
      const items = (await stores[store]?.query({ ...query, tags, deny })) ?? [];
      answers.push(items.filter((item) => passes(item, { deny })).map((item) => ({ store, item })));
    }
    return mergeAnswers(answers, query.policy);
  };
  let all = nothingOmitted;
  for (const name of names)
    all = addOmitted(all, (await stores[name]?.stats({ deny, tags: tagsIn(name) })) ?? nothingOmitted);
  const { kinds, tagged, recent, ranked } = queries;
  return {
    kinds: await ask(kinds),
    tagged: await ask(tagged),
    recent: await ask(recent),
    ranked: await ask(ranked),
    all,
    isCounted: ({ store, item }) => passes(item, { tags: tagsIn(store) }),
  };
}

/** What there is beside what came back. */
function restOf({ kinds, tagged, recent, ranked, all, isCounted }: Found): Omitted {
  const offers = [...kinds, ...tagged, ...recent, ...ranked].filter(isCounted);
  const looked = new Map(offers.map((offer) => [keyOf(offer), offer.item.token_cost]));
  const items = Math.max(0, all.items - looked.size);
  const tokens = [...looked.values()].reduce((sum, cost) => sum + cost, 0);
  return { items, tokens: items === 0 ? 0 : Math.max(0, all.tokens - tokens) };
}

function keyOf({ store, item }: Offer): string {
  return `${store}/${item.id}`;
}

function oldestFirst(left: Offer, right: Offer): number {
  return left.item.timestamp - right.item.timestamp || compareOffers(left, right);
}

/** Candidates in the order in which they arose. */
export function inOrder(left: Candidate, right: Candidate): number {
  return (
    left.item.timestamp - right.item.timestamp ||
    compareText(left.item.id, right.item.id) ||
    compareText(left.source, right.source)
  );
}
