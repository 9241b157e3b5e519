import type { Candidate, Candidates } from './collect.ts';
import { marker } from './marker.ts';
import type { LeftOut, PackageItem } from './package.ts';
import { estimateTokens } from '../tokens.ts';

export interface Filling {
  readonly middle: readonly PackageItem[];
  readonly recent: readonly PackageItem[];
  readonly leftOut: readonly LeftOut[];
}

/** Fills a budget with the newest messages, then with the best of the others; shows them in the order in which they arose. */
export function fillBudget({ recent, ranked }: Candidates, budget: number): Filling {
  const wanted = [...recent, ...ranked];
  const { taken, passedOver } = takeWithRoomForMarker(wanted, budget);
  const leftOut = passedOver.map(({ source, tokens }) => ({ source, tokens, reason: 'budget' as const }));
  const chosen = wanted.filter((candidate) => taken.has(candidate)).toSorted(oldestFirst);
  const isRecent = new Set(recent);
  const shown = (place: 'middle' | 'tail'): PackageItem[] =>
    chosen
      .filter((candidate) => isRecent.has(candidate) === (place === 'tail'))
      .map(({ source, text, tokens }) => ({ source, text, tokens, place }));
  const note = noteOn(passedOver);
  const room = budget - sumOf([...taken]);
  const notes = passedOver.length > 0 && note.tokens <= room ? [note] : [];
  return { middle: [...notes, ...shown('middle')], recent: shown('tail'), leftOut };
}

interface Taking {
  readonly taken: ReadonlySet<Candidate>;
  readonly passedOver: readonly Candidate[];
}

/** When not everything fits, room is kept for the longest marker that could be needed. */
function takeWithRoomForMarker(wanted: readonly Candidate[], budget: number): Taking {
  const everything = take(wanted, budget);
  if (everything.passedOver.length === 0) return everything;
  return take(wanted, budget - noteOn(wanted).tokens);
}

/** In the order given; what does not fit is passed over, and the next one is tried. */
function take(candidates: readonly Candidate[], budget: number): Taking {
  const taken = new Set<Candidate>();
  let room = budget;
  for (const candidate of candidates) {
    if (candidate.tokens > room) continue;
    taken.add(candidate);
    room -= candidate.tokens;
  }
  return { taken, passedOver: candidates.filter((candidate) => !taken.has(candidate)) };
}

function noteOn(passedOver: readonly Candidate[]): PackageItem {
  const text = marker({ items: passedOver.length, tokens: sumOf(passedOver) });
  return { source: 'left_out', text, tokens: estimateTokens(text), place: 'middle' };
}

function oldestFirst(left: Candidate, right: Candidate): number {
  return left.item.timestamp - right.item.timestamp || (left.item.id < right.item.id ? -1 : 1);
}

export function sumOf(parts: readonly { readonly tokens: number }[]): number {
  return parts.reduce((sum, part) => sum + part.tokens, 0);
}
