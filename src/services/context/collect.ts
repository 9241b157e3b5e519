import { StoreName, type CostMode } from '../../manifest/index.ts';
import { neverShown, passes, type MemoryFilter, type MemoryQuery } from '../memory/index.ts';
import type { Candidate } from './candidate.ts';
import { compareOffers, compareText, mergeAnswers, type Offer } from './merge-answers.ts';
import { denialsOf, deniedBy } from './denied.ts';
import { passedOver } from './items.ts';
import { addOmitted, nothingOmitted, type Omitted } from './marker.ts';
import type { Measure } from './measure.ts';
import type { ContextRequest, Denied, LeftOut } from './package.ts';

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
  readonly denied: Denied;
  /** Those that were asked. */
  readonly stores: readonly StoreName[];
}

export const defaultPolicy = 'recency';
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
  const { retrieval_policy: policy = defaultPolicy, k_recent_messages: messages = defaultRecent } = profile;
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
      const candidate = { source, text: item.content, tokens, item, ...(isRanked && { rank: at + 1 }) };
      if (texts.has(item.content)) {
        duplicates.push(passedOver(candidate, 'duplicate'));
        return [];
      }
      texts.add(item.content);
      return [candidate];
    });
  const taken = {
    pinned: take([...found.kinds, ...found.tagged].toSorted(oldestFirst)),
    recent: take(found.recent.slice(0, messages)).toReversed(),
    ranked: take(found.ranked, true),
  };
  return { ...taken, duplicates, rest: restOf(found), denied: deniedIn(found), stores: found.stores };
}

type AskedQuery = MemoryQuery & { readonly store?: StoreName };
type Queries = Readonly<Record<'kinds' | 'tagged' | 'recent' | 'ranked', AskedQuery>>;
type Found = Readonly<Record<keyof Queries, readonly Offer[]>> & {
  readonly all: Omitted;
  readonly denied: Denied;
  readonly stores: readonly StoreName[];
  /** Whether `all` has it. */
  readonly isCounted: (offer: Offer) => boolean;
};

async function askAll({ profile, stores, tags: taskTags = [] }: ContextRequest, queries: Queries): Promise<Found> {
  const denied = deniedBy(profile);
  const deny = { ...denied, kinds: [...(denied.kinds ?? []), ...neverShown] };
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
  const countOf = async (filterOf: (name: StoreName) => MemoryFilter): Promise<Omitted> => {
    let sum = nothingOmitted;
    for (const name of names) sum = addOmitted(sum, (await stores[name]?.stats(filterOf(name))) ?? nothingOmitted);
    return sum;
  };
  const all = await countOf((name) => ({ deny, tags: tagsIn(name) }));
  const by = denialsOf(denied, names.flatMap(tagsIn).length > 0 ? taskTags : []);
  const whole = by.length === 0 ? all : await countOf(() => ({ deny: { kinds: [...neverShown] } }));
  const { kinds, tagged, recent, ranked } = queries;
  return {
    kinds: await ask(kinds),
    tagged: await ask(tagged),
    recent: await ask(recent),
    ranked: await ask(ranked),
    all,
    denied: { items: whole.items - all.items, tokens: whole.tokens - all.tokens, by },
    stores: names,
    isCounted: ({ store, item }) => passes(item, { tags: tagsIn(store) }),
  };
}

/** What there is beside what came back. */
function restOf({ all, isCounted, ...found }: Found): Omitted {
  return without(all, offersIn(found).filter(isCounted));
}

/** What is pinned is shown, whatever tags it lacks. */
function deniedIn({ denied, isCounted, ...found }: Found): Denied {
  const shown = offersIn(found).filter((offer) => !isCounted(offer));
  return { ...without(denied, shown), by: denied.by };
}

function offersIn({ kinds, tagged, recent, ranked }: Pick<Found, keyof Queries>): readonly Offer[] {
  return [...kinds, ...tagged, ...recent, ...ranked];
}

function without(all: Omitted, offers: readonly Offer[]): Omitted {
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
