import { bounds, donts, type OverrideDraft, type RequestRule } from './rule.ts';
import type { Captures } from '../pattern.ts';

function amountOf(said = ''): number {
  const digits = said.replaceAll(/[$,km]/gu, '');
  const factor = said.endsWith('k') ? 1_000 : said.endsWith('m') ? 1_000_000 : 1;
  return Number((Number(digits) * factor).toFixed(6));
}

/** Only what is said to be money. */
function readMoney({ number = '', unit }: Captures): OverrideDraft | undefined {
  const amount = amountOf(number);
  const isMoney = number.startsWith('$') || (unit !== undefined && /^(?:dollars?|usd|bucks?|cents?)$/u.test(unit));
  if (!isMoney || !Number.isFinite(amount)) return undefined;
  const dollars = unit?.startsWith('cent') === true ? amount / 100 : amount;
  return { kind: 'budget', payload: { max_cost_usd: dollars } };
}

function readTokens({ number }: Captures): OverrideDraft | undefined {
  const tokens = Math.floor(amountOf(number));
  return Number.isSafeInteger(tokens) && tokens > 0
    ? { kind: 'budget', payload: { max_tokens_total: tokens } }
    : undefined;
}

/** "Spend at most $0.20", "at most 20k tokens". */
export const budgetRules: readonly RequestRule[] = [
  {
    id: 'most_money',
    stands: 'first',
    says: [
      ...bounds.flatMap((bound) => [`spend ${bound} <number>`, `spend ${bound} <number> <unit>`]),
      ...donts('spend more than <number>'),
      ...donts('spend more than <number> <unit>'),
      'keep it|this|cost|costs under|below <number>',
      'keep it|this|cost|costs under|below <number> <unit>',
      'keep the cost|costs under|below <number>',
      'keep the cost|costs under|below <number> <unit>',
      'it|this may|must|should|can cost at|up most|to <number>',
    ],
    read: readMoney,
  },
  {
    id: 'budget_is',
    stands: 'first',
    says: [
      'the|your|my budget is <number>',
      'the|your|my budget is <number> <unit>',
      'budget <number>',
      'budget <number> <unit>',
      'maximum|max cost <number>',
      'maximum|max cost <number> <unit>',
    ],
    read: readMoney,
  },
  {
    id: 'money_at_most',
    stands: 'alone',
    says: [
      'at most <number>',
      'at most <number> <unit>',
      '<number> at most',
      '<number> <unit> at most',
      'budget of <number>',
      'budget of <number> <unit>',
    ],
    read: readMoney,
  },
  {
    id: 'most_tokens',
    stands: 'first',
    says: [
      ...bounds.flatMap((bound) => [`use|spend ${bound} <number> tokens`]),
      ...donts('use|spend more than <number> tokens'),
    ],
    read: readTokens,
  },
  {
    id: 'tokens_at_most',
    stands: 'last',
    says: ['at most <number> tokens', 'with no more than <number> tokens', 'max|maximum <number> tokens'],
    read: readTokens,
  },
];
