import { marker } from './marker.ts';
import type { LeftOut, PackageItem } from './package.ts';
import { estimateTokens } from '../tokens.ts';
import { firstTokens } from './tokens.ts';

export interface FittedDirect {
  readonly items: readonly PackageItem[];
  readonly leftOut: readonly LeftOut[];
}

/** The direct input, with its end cut off where it alone is too large; undefined when there is no room for any of it. */
export function fitDirect(direct: string, room: number): FittedDirect | undefined {
  if (direct === '') return { items: [], leftOut: [] };
  const tokens = estimateTokens(direct);
  if (tokens <= room) return { items: [directItem(direct)], leftOut: [] };
  // The real marker names fewer tokens, so it is not longer than this one.
  const kept = firstTokens(direct, room - estimateTokens(`\n${marker({ tokens })}`));
  if (kept === '') return undefined;
  const missing = tokens - estimateTokens(kept);
  return {
    items: [directItem(`${kept}\n${marker({ tokens: missing })}`)],
    leftOut: [{ source: 'direct', tokens: missing, reason: 'shortened' }],
  };
}

function directItem(text: string): PackageItem {
  return { source: 'direct', text, tokens: estimateTokens(text), place: 'tail' };
}
