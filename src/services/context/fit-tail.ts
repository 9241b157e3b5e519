import type { Candidate } from './candidate.ts';
import { compressor, cutWords } from './compress/index.ts';
import { passedOver, shortened, whole } from './items.ts';
import { sumOf, type Measure } from './measure.ts';
import type { LeftOut, PackageItem } from './package.ts';

export interface Tail {
  readonly items: readonly PackageItem[];
  readonly leftOut: readonly LeftOut[];
}

export interface TailRequest {
  /** The newest messages, oldest first. */
  readonly recent: readonly Candidate[];
  readonly direct: string;
  readonly room: number;
  readonly wanted: ReadonlySet<string>;
  readonly measure: Measure;
}

/**
 * The newest messages and the direct input: as they are, where there is room for them. Else the direct input comes first, then the
 * messages from the newest on, the last of them shortened. Undefined when not even a word of the direct input has room.
 */
export function fitTail(request: TailRequest): Tail | undefined {
  const { recent, room } = request;
  const direct = directItems(request);
  if (sumOf([...recent, ...direct]) <= room)
    return { items: [...recent.map((each) => whole(each, 'tail')), ...direct], leftOut: [] };
  const shown = fitDirect(request, direct);
  if (shown === undefined) return undefined;
  return fitMessages(request, shown);
}

function directItems({ direct, measure }: TailRequest): readonly PackageItem[] {
  if (direct === '') return [];
  const tokens = measure.count(direct) + measure.frame('direct');
  return [{ source: 'direct', text: direct, tokens, place: 'tail' }];
}

function fitDirect(
  { room, wanted, measure }: TailRequest,
  [item]: readonly PackageItem[],
): readonly PackageItem[] | undefined {
  if (item === undefined) return [];
  if (item.tokens <= room) return [item];
  const { count } = measure;
  const frame = measure.frame('direct');
  const target = room - frame;
  const short = compressor(item.text, { count, wanted })(target) ?? cutWords(item.text, target, count);
  if (short === undefined) return undefined;
  const { text, tokens, omitted } = short;
  return [{ ...item, text, tokens: tokens + frame, compressed: { from: item.tokens, omitted } }];
}

function fitMessages({ recent, room, wanted, measure }: TailRequest, direct: readonly PackageItem[]): Tail {
  const total = { items: recent.length, tokens: sumOf(recent) };
  let left = room - sumOf(direct) - measure.note(total); // what says that some are missing
  const items: PackageItem[] = [...direct];
  const leftOut: LeftOut[] = [];
  for (const candidate of recent.toReversed()) {
    const target = left - measure.frame(candidate.source);
    const fits = candidate.tokens <= left;
    const short =
      fits || target <= 0 ? undefined : compressor(candidate.text, { count: measure.count, wanted })(target);
    if (!fits && short === undefined) {
      leftOut.push(passedOver(candidate, 'budget'));
      left = 0; // older ones are not shown without newer ones
      continue;
    }
    const item =
      short === undefined ? whole(candidate, 'tail') : shortened(candidate, short, { place: 'tail', measure });
    items.unshift(item);
    left -= item.tokens;
  }
  return { items, leftOut };
}
