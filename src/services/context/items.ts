import type { Candidate } from './candidate.ts';
import type { Compressed } from './compress/index.ts';
import type { Measure } from './measure.ts';
import type { LeftOut, PackageItem, Place } from './package.ts';

/** A candidate as it is shown as a whole. */
export function whole({ source, text, tokens, item, rank }: Candidate, place: Place): PackageItem {
  return { source, text, tokens, place, id: item.id, ...ranked(rank), ...tagged(item.tags) };
}

/** A candidate as it is shown shortened. */
export function shortened(candidate: Candidate, short: Compressed, { place, measure }: ShortPlace): PackageItem {
  const { text, tokens, omitted } = short;
  return {
    ...whole(candidate, place),
    text,
    tokens: tokens + measure.frame(candidate.source),
    compressed: { from: candidate.tokens, omitted },
  };
}

interface ShortPlace {
  readonly place: Place;
  readonly measure: Measure;
}

/** A candidate that is not shown. */
export function passedOver({ source, tokens, item, rank, text }: Candidate, reason: LeftOut['reason']): LeftOut {
  return { source, tokens, reason, begins: beginning(text), id: item.id, ...ranked(rank) };
}

const longestBeginning = 80;

function beginning(text: string): string {
  const line = text
    .slice(0, longestBeginning * 4)
    .replaceAll(/\s+/gu, ' ')
    .trim();
  return line.length <= longestBeginning ? line : `${line.slice(0, longestBeginning).toWellFormed()}…`;
}

function ranked(rank: number | undefined): { readonly rank?: number } {
  return rank === undefined ? {} : { rank };
}

function tagged(tags: readonly string[]): { readonly tags?: readonly string[] } {
  return tags.length === 0 ? {} : { tags };
}
