import type { StoreName } from '../../manifest/index.ts';
import { rankItems, type MemoryItem, type MemoryQuery } from '../memory/index.ts';
import type { ContextRequest, LeftOut } from './package.ts';
import { estimateTokens } from '../tokens.ts';

/** Something from a store that may be shown. */
export interface Candidate {
  readonly source: string;
  readonly text: string;
  readonly tokens: number;
  readonly item: MemoryItem;
}

export interface Candidates {
  /** The newest messages, newest first: they go before all others, whatever the policy thinks of them. */
  readonly recent: readonly Candidate[];
  /** All others, best first. */
  readonly ranked: readonly Candidate[];
}

/** One turn: a question and its answer. */
const recentMessages = 2;

/** What the stores of the profile hold on the subject. */
export async function collectCandidates(request: ContextRequest): Promise<Candidates> {
  const policy = request.profile.retrieval_policy ?? 'recency';
  const newest = await queryAll(request, { policy: 'recency', kinds: ['message'], limit: recentMessages });
  const recent = newest.slice(0, recentMessages);
  const isRecent = new Set(recent.map(keyOf));
  const found = await queryAll(request, { policy, text: request.query });
  return { recent, ranked: found.filter((candidate) => !isRecent.has(keyOf(candidate))) };
}

/** Takes out what is shown already, and what comes twice. */
export function dropDuplicates(
  candidates: Candidates,
  shownTexts: readonly string[],
): Candidates & { dropped: LeftOut[] } {
  const texts = new Set(shownTexts);
  const dropped: LeftOut[] = [];
  const isNew = ({ source, text, tokens }: Candidate): boolean => {
    const isShown = texts.has(text);
    if (isShown) dropped.push({ source, tokens, reason: 'duplicate' });
    texts.add(text);
    return !isShown;
  };
  return { recent: candidates.recent.filter(isNew), ranked: candidates.ranked.filter(isNew), dropped };
}

/** The answers of all stores as one list, ranked again, since the scores of one store say nothing about another's. */
async function queryAll({ profile, stores }: ContextRequest, query: MemoryQuery): Promise<readonly Candidate[]> {
  const origins = new Map<MemoryItem, StoreName>();
  for (const name of new Set(profile.sources)) {
    const items = (await stores[name]?.query(query)) ?? [];
    for (const item of items) origins.set(item, name);
  }
  return rankItems([...origins.keys()], query).map((item) => {
    const source = `${origins.get(item) ?? 'unknown'}/${item.source}`;
    return { source, text: item.content, tokens: estimateTokens(item.content), item };
  });
}

function keyOf({ source, item }: Candidate): string {
  return JSON.stringify([source, item.id]);
}
