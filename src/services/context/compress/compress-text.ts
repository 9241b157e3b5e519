import type { CountTokens } from '../../tokenizer/index.ts';
import { marker } from '../marker.ts';
import { codeUnits, isCode } from './code-units.ts';
import { compressJson } from './compress-json.ts';
import { proseUnits } from './prose-units.ts';
import { scoreUnits } from './score-units.ts';
import type { Compressed, Compression, Shorten } from './compression.ts';
import type { Unit } from './unit.ts';
import { renderUnits, selectUnits, type Selection } from './select-units.ts';

/**
 * Takes a text apart, so that it can be shortened to one length or another. What is kept is kept as it is written: sentences
 * and lines of prose, signatures and runs of lines of code, keys and elements of JSON.
 */
export function compressor(text: string, compression: Compression): Shorten {
  const json = compressJson(text, compression);
  if (json !== undefined) return json;
  const units = packed(isCode(text) ? codeUnits(text) : proseUnits(text), text.length);
  if (units.length < 2) return () => undefined;
  const { count, wanted } = compression;
  const tokens = units.map((unit) => count(unit.text));
  const all = { items: units.length, tokens: tokens.reduce((sum, each) => sum + each, 0) };
  const markerTokens = count(`\n${marker(all)}\n`) + 1;
  const selection = { units, tokens, scores: scoreUnits(units, wanted), markerTokens };
  return (target) => shorten(selection, target, count);
}

/** Units that are weighed; a text with more of them has them taken together. */
const mostUnits = 5_000;

function packed(units: readonly Unit[], length: number): readonly Unit[] {
  if (units.length <= mostUnits) return units;
  const least = Math.ceil(length / mostUnits);
  const packs: Unit[] = [];
  let open: Unit | undefined;
  for (const unit of units) {
    open = open === undefined ? unit : { ...open, text: open.text + unit.text };
    if (open.text.length < least) continue;
    packs.push(open);
    open = undefined;
  }
  return open === undefined ? packs : [...packs, open];
}

/** Parts of a text may come to more together than each by itself: then it is tried again with less. */
const mostTries = 4;

function shorten(selection: Selection, target: number, count: CountTokens): Compressed | undefined {
  let goal = target;
  for (let tried = 0; tried < mostTries; tried += 1) {
    const kept = selectUnits(selection, goal);
    if (!kept.includes(true)) return undefined;
    const { text, omitted } = renderUnits(selection, kept);
    const tokens = count(text);
    if (tokens <= target) return { text, tokens, omitted };
    goal -= Math.max(1, tokens - target);
  }
  return undefined;
}
