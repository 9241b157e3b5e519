import { failureError } from '../../errors/index.ts';
import { collectCandidates, dropDuplicates } from './collect.ts';
import { fillBudget, sumOf } from './fill.ts';
import { fingerprintOf } from './fingerprint.ts';
import { fitDirect } from './fit-direct.ts';
import type { ContextPackage, ContextRequest, PackageItem } from './package.ts';
import { estimateTokens } from '../tokens.ts';

/**
 * Chooses what an agent is shown: pinned texts, then what the profile's stores hold on the subject, then the newest messages and the
 * direct input, all within the budget. What does not fit is left out, counted, and announced by a marker. The same stores and the
 * same request give the same package. Throws the failure `context.too_large`.
 */
export async function assembleContext(request: ContextRequest): Promise<ContextPackage> {
  const budget = Math.min(request.profile.max_tokens, request.maxTokens);
  const head = request.pinned.map(({ source, text }): PackageItem => {
    return { source, text, tokens: estimateTokens(text), place: 'head' };
  });
  const room = budget - sumOf(head);
  if (room < 0) throw tooLarge(`The pinned context has ${sumOf(head)} tokens`, budget);
  const direct = fitDirect(request.direct, room);
  if (direct === undefined) {
    throw tooLarge(`The pinned context has ${sumOf(head)} tokens and leaves no room for the input`, budget);
  }
  const shownTexts = [...request.pinned.map(({ text }) => text), request.direct];
  const { dropped, ...candidates } = dropDuplicates(await collectCandidates(request), shownTexts);
  const { middle, recent, leftOut } = fillBudget(candidates, room - sumOf(direct.items));
  const items = [...head, ...middle, ...recent, ...direct.items];
  return {
    items,
    leftOut: [...direct.leftOut, ...dropped, ...leftOut],
    tokens: sumOf(items),
    fingerprint: await fingerprintOf(items),
  };
}

function tooLarge(problem: string, budget: number): Error {
  return failureError({
    code: 'context.too_large',
    message: `${problem}; the budget is ${budget}.`,
    hint: 'Raise max_tokens of the context profile, use a model with a larger context window, or pin less.',
    details: { budget },
  });
}
