import type { Candidate } from './candidate.ts';
import { compressor, type Shorten } from './compress/index.ts';
import { passedOver, shortened, whole } from './items.ts';
import { sumOf, type Measure } from './measure.ts';
import type { LeftOut, PackageItem } from './package.ts';

export interface Middle {
  /** By the candidate, in no order that matters. */
  readonly items: ReadonlyMap<Candidate, PackageItem>;
  readonly leftOut: readonly LeftOut[];
}

export interface MiddleRequest {
  /** Best first. */
  readonly ranked: readonly Candidate[];
  readonly room: number;
  /** The share of a text that is left at least. */
  readonly leastShare: number;
  readonly wanted: ReadonlySet<string>;
  readonly measure: Measure;
}

/** Shorter texts are shown as a whole or not at all: markers alone would take much of what is left of them. Measured: docs/retrieval.md. */
const shortest = 200;

/** As much of the middle as there is room for: whole, else shortened, and from the lowest rank on left out. */
export function fitMiddle(request: MiddleRequest): Middle {
  const { ranked, room } = request;
  if (sumOf(ranked) <= room) {
    return { items: new Map(ranked.map((each) => [each, whole(each, 'middle')])), leftOut: [] };
  }
  const items = new Map<Candidate, PackageItem>();
  let left = shareOut(request, items);
  for (const candidate of ranked) {
    if (items.has(candidate) || candidate.tokens > left) continue;
    items.set(candidate, whole(candidate, 'middle'));
    left -= candidate.tokens;
  }
  return { items, leftOut: ranked.filter((each) => !items.has(each)).map((each) => passedOver(each, 'budget')) };
}

interface Share {
  readonly candidate: Candidate;
  /** What it has to have. */
  readonly least: number;
  /** How much more it gets of what is left, the better it ranks. */
  readonly weight: number;
}

/** Gives each candidate as much room as its rank is worth; what one does not use goes to the next. Answers what is left. */
function shareOut(request: MiddleRequest, items: Map<Candidate, PackageItem>): number {
  const shares = sharesOf(request);
  let left = request.room;
  let least = shares.reduce((sum, share) => sum + share.least, 0);
  let weight = shares.reduce((sum, share) => sum + share.weight, 0);
  for (const share of shares) {
    const extra = weight > 0 ? ((left - least) * share.weight) / weight : 0;
    const item = itemFor(share, Math.min(share.candidate.tokens, Math.floor(share.least + extra)), request);
    if (item !== undefined) {
      items.set(share.candidate, item);
      left -= item.tokens;
    }
    least -= share.least;
    weight -= share.weight;
  }
  return left;
}

/** Those that have room for the least of them, best first. */
function sharesOf({ ranked, room, leastShare, measure }: MiddleRequest): readonly Share[] {
  const shares: Share[] = [];
  let used = 0;
  for (const [at, candidate] of ranked.entries()) {
    const { tokens, source } = candidate;
    const least =
      tokens <= shortest ? tokens : Math.max(shortest, Math.ceil(tokens * leastShare)) + measure.frame(source);
    const needed = Math.min(least, tokens);
    if (used + needed > room) continue;
    used += needed;
    const rankWeight = 1 + 1 / (1 + at);
    shares.push({ candidate, least: needed, weight: (tokens - needed) * rankWeight });
  }
  return shares;
}

function itemFor({ candidate }: Share, target: number, { wanted, measure }: MiddleRequest): PackageItem | undefined {
  if (candidate.tokens <= target) return whole(candidate, 'middle');
  const shorten: Shorten = compressor(candidate.text, { count: measure.count, wanted });
  const short = shorten(target - measure.frame(candidate.source));
  return short === undefined ? undefined : shortened(candidate, short, { place: 'middle', measure });
}
