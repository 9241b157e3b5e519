import { failureError } from '../../errors/index.ts';
import { collectCandidates, defaultPolicy, inOrder, leastShares, type Candidates } from './collect.ts';
import { termsOf } from './compress/index.ts';
import { fingerprintOf } from './fingerprint.ts';
import { fitMiddle } from './fit-middle.ts';
import { fitTail } from './fit-tail.ts';
import { whole } from './items.ts';
import { addOmitted, marker, type Omitted } from './marker.ts';
import { measureFor, sumOf, type Measure } from './measure.ts';
import type { ContextPackage, ContextRequest, LeftOut, PackageItem } from './package.ts';

/**
 * Chooses what an agent is shown: what is pinned, then what the profile's stores hold on the subject, then the newest messages and the
 * direct input, all within the budget. What does not fit is shortened or left out, counted, and announced by markers. The same stores
 * and the same request give the same package. Throws the failure `context.too_large`.
 */
export async function assembleContext(request: ContextRequest): Promise<ContextPackage> {
  const { profile } = request;
  const budget = Math.min(profile.max_tokens, request.maxTokens);
  const costMode = profile.cost_mode ?? 'balanced';
  const measure = measureFor(request);
  const candidates = await collectCandidates(request, Math.max(0, budget), measure);
  const fitted = fit(request, candidates, { budget, measure });
  return {
    ...fitted,
    rest: candidates.rest,
    denied: candidates.denied,
    stores: candidates.stores,
    policy: profile.retrieval_policy ?? defaultPolicy,
    tokens: sumOf(fitted.items),
    budget,
    costMode,
    compressionRatio: compressionRatio(fitted.items),
    fingerprint: await fingerprintOf(fitted.items, costMode),
  };
}

interface Bounds {
  readonly budget: number;
  readonly measure: Measure;
}

type Fitted = Pick<ContextPackage, 'items' | 'leftOut'>;

function fit(request: ContextRequest, candidates: Candidates, { budget, measure }: Bounds): Fitted {
  const { profile, question, direct } = request;
  const { pinned, recent, ranked, rest, duplicates } = candidates;
  const head = [...pinnedTexts(request, measure), ...pinned.map((each) => whole(each, 'head'))];
  const room = budget - sumOf(head);
  if (room < 0) throw tooLarge(`The pinned context has ${sumOf(head)} tokens`, budget);
  const wanted = termsOf(question.text ?? '');
  const tail = fitTail({ recent, direct, room, wanted, measure });
  if (tail === undefined)
    throw tooLarge(`The input cannot be cut down to the ${room} tokens that ${sumOf(head)} pinned ones leave`, budget);
  const roomLeft = room - sumOf(tail.items);
  const leastShare = leastShares[profile.cost_mode ?? 'balanced'];
  const all = { items: ranked.length, tokens: sumOf(ranked) };
  const isAll = all.tokens <= roomLeft && tail.leftOut.length === 0 && rest.items === 0;
  const most = addOmitted(omittedIn(tail.leftOut), addOmitted(all, rest)); // the longest marker that can be
  const middleRoom = isAll ? roomLeft : Math.max(0, roomLeft - measure.note(most) - slack);
  const middle = fitMiddle({ ranked, room: middleRoom, leastShare, wanted, measure });
  const leftOut = [...tail.leftOut, ...middle.leftOut];
  const missing = addOmitted(omittedIn(leftOut), rest);
  const note = noteOn(missing, measure);
  const shown = [...middle.items].toSorted(([left], [right]) => inOrder(left, right)).map(([, item]) => item);
  const hasRoom = note.tokens <= roomLeft - sumOf(shown);
  const notes = missing.items > 0 && hasRoom ? [note] : [];
  return { items: [...head, ...notes, ...shown, ...tail.items], leftOut: [...duplicates, ...leftOut] };
}

/** A shorter marker may come to a token more than a longer one. */
const slack = 2;

function pinnedTexts({ pinned }: ContextRequest, measure: Measure): readonly PackageItem[] {
  return pinned.map(({ source, text }) => {
    return { source, text, tokens: measure.count(text) + measure.frame(source), place: 'head' };
  });
}

function noteOn(omitted: Omitted, measure: Measure): PackageItem {
  return { source: 'left_out', text: marker(omitted), tokens: measure.note(omitted), place: 'middle' };
}

function omittedIn(leftOut: readonly LeftOut[]): Omitted {
  return { items: leftOut.length, tokens: sumOf(leftOut) };
}

function compressionRatio(items: readonly PackageItem[]): number {
  const texts = items.filter(({ source }) => source !== 'left_out');
  const [shown, wholeTokens] = [
    sumOf(texts),
    texts.reduce((sum, { tokens, compressed }) => sum + (compressed?.from ?? tokens), 0),
  ];
  return wholeTokens === 0 ? 1 : Number((shown / wholeTokens).toFixed(4));
}

function tooLarge(problem: string, budget: number): Error {
  return failureError({
    code: 'context.too_large',
    message: `${problem}; the budget is ${budget}.`,
    hint: 'Raise max_tokens of the context profile, use a model with a larger context window, pin less, or shorten the input.',
    details: { budget },
  });
}
