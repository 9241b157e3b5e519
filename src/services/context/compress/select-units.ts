import { marker, type Omitted } from '../marker.ts';
import type { Unit } from './unit.ts';

export interface Selection {
  readonly units: readonly Unit[];
  readonly tokens: readonly number[];
  readonly scores: readonly number[];
  /** What a marker comes to at most. */
  readonly markerTokens: number;
}

/** Which units to keep within so many tokens: the best ones first, with what it takes to say what is left out between them. */
export function selectUnits(selection: Selection, target: number): readonly boolean[] {
  const { units, tokens, scores, markerTokens } = selection;
  const kept = units.map(() => false);
  const order = [...units.keys()].toSorted((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0) || left - right);
  let used = markerTokens;
  const price = (at: number): number => (tokens[at] ?? 0) + markerTokens * newGaps(kept, at);
  // What stood alone at first may be a neighbour of what was taken since, and needs no marker of its own then.
  for (let round = 0; round < 2; round += 1) {
    for (const at of order) {
      if (kept[at] === true || used + price(at) > target) continue;
      used += price(at);
      kept[at] = true;
    }
  }
  return withoutSmallGaps(kept, selection);
}

/** How many more gaps there are when a unit is kept that was not. */
function newGaps(kept: readonly boolean[], at: number): number {
  const isOpen = (place: number): number => (kept[place] === false ? 1 : 0);
  return isOpen(at - 1) + isOpen(at + 1) - 1;
}

/** A gap that is not longer than its marker is none. */
function withoutSmallGaps(kept: readonly boolean[], { tokens, markerTokens }: Selection): readonly boolean[] {
  const filled = [...kept];
  let start = 0;
  let missing = 0;
  for (let at = 0; at <= kept.length; at += 1) {
    if (kept[at] === false) {
      missing += tokens[at] ?? 0;
      continue;
    }
    if (missing > 0 && missing <= markerTokens) filled.fill(true, start, at);
    start = at + 1;
    missing = 0;
  }
  return filled;
}

/** The units that are kept, with a marker for each gap, and what all markers together stand for. */
export function renderUnits(
  { units, tokens }: Selection,
  kept: readonly boolean[],
): { readonly text: string; readonly omitted: Omitted } {
  const parts: string[] = [];
  let gap = { items: 0, tokens: 0, text: '' };
  let all = { items: 0, tokens: 0 };
  const closeGap = (): void => {
    if (gap.items === 0) return;
    const before = parts.at(-1);
    if (before !== undefined && !/\s$/u.test(before)) parts.push(' ');
    parts.push(marker(gap), gap.text.includes('\n') ? '\n' : ' ');
    all = { items: all.items + gap.items, tokens: all.tokens + gap.tokens };
    gap = { items: 0, tokens: 0, text: '' };
  };
  for (const [at, { text }] of units.entries()) {
    if (kept[at] === true) {
      closeGap();
      parts.push(text);
    } else gap = { items: gap.items + 1, tokens: gap.tokens + (tokens[at] ?? 0), text: text.slice(-4) };
  }
  closeGap();
  return { text: parts.join('').trimEnd(), omitted: all };
}
