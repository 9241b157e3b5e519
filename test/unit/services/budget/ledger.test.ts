import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BudgetSpec } from '../../../../src/manifest/index.ts';
import {
  createLedger,
  type BudgetListener,
  type BudgetScope,
  type Ledger,
  type Spending,
} from '../../../../src/services/index.ts';
import { propertySettings } from '../../../support/property-settings.ts';

const price = { input_per_mtok: 1_000_000, output_per_mtok: 2_000_000 };
const silent: BudgetListener = { warned: () => undefined, exceeded: () => undefined };

type Verdict = ReturnType<Ledger['admit']>;

function scope(budget: BudgetSpec, key = 'task'): BudgetScope {
  return { key, kind: 'task', id: 'task', budget };
}

interface Asked {
  readonly alias?: string;
  readonly degraded?: readonly string[];
  readonly promptTokens?: number;
  readonly maxOutputTokens?: number;
  readonly price?: typeof price;
  readonly listener?: BudgetListener;
}

function ask(ledger: Ledger, scopes: readonly BudgetScope[], call: Asked = {}): Verdict {
  return ledger.admit({ alias: 'dear', promptTokens: 10, listener: silent, ...call, scopes });
}

/** What the call is given; it is over at once and has spent nothing. */
function outputOf(verdict: Verdict): number | undefined | string {
  if (verdict.kind !== 'go') return verdict.kind;
  verdict.settle();
  return verdict.maxOutputTokens;
}

describe('a call', () => {
  it('is given what it asks for, and no more than what is left', () => {
    const ledger = createLedger();
    const scopes = [scope({ max_tokens_total: 100 })];
    expect(outputOf(ask(ledger, scopes, { maxOutputTokens: 90 }))).toBe(90);
    ledger.book(scopes, { tokens: 60, costUsd: 0 });
    expect(outputOf(ask(ledger, scopes, { maxOutputTokens: 90 }))).toBe(30);
    expect(outputOf(ask(ledger, scopes))).toBe(30);
  });

  it('is given as many tokens as the dollars are enough for', () => {
    const ledger = createLedger();
    const scopes = [scope({ max_cost_usd: 100 })];
    ledger.book(scopes, { tokens: 1, costUsd: 20 });
    expect(outputOf(ask(ledger, scopes, { price, maxOutputTokens: 500 }))).toBe(35);
  });

  it('is not made when the answer could only be of no use', () => {
    const ledger = createLedger();
    const scopes = [scope({ max_tokens_total: 100 })];
    ledger.book(scopes, { tokens: 74, costUsd: 0 });
    expect(outputOf(ask(ledger, scopes))).toBe(16);
    ledger.book(scopes, { tokens: 1, costUsd: 0 });
    expect(outputOf(ask(ledger, scopes))).toBe('stop');
    expect(outputOf(ask(ledger, scopes, { maxOutputTokens: 5 }))).toBe(5);
  });

  it('costs nothing without a price, and so is bound by no dollars', () => {
    const ledger = createLedger();
    const scopes = [scope({ max_cost_usd: 0 })];
    expect(outputOf(ask(ledger, scopes))).toBeUndefined();
    expect(outputOf(ask(ledger, scopes, { price }))).toBe('stop');
  });

  it('is asked of another model when a budget says so, which that budget does not bind', () => {
    const ledger = createLedger();
    const soft = scope({ max_tokens_total: 20, on_exceeded: 'degrade', degrade_to: 'cheap' });
    const hard = scope({ max_tokens_total: 100 }, 'limit');
    ledger.book([soft, hard], { tokens: 20, costUsd: 0 });
    expect(ask(ledger, [soft, hard])).toEqual({ kind: 'degrade', alias: 'cheap' });
    expect(outputOf(ask(ledger, [soft, hard], { alias: 'cheap' }))).toBe(70);
    ledger.book([soft, hard], { tokens: 70, costUsd: 0 });
    expect(outputOf(ask(ledger, [soft, hard], { alias: 'cheap' }))).toBe('stop');
  });

  it('is degraded once by each budget, however many degrade to different models', () => {
    const ledger = createLedger();
    const first = scope({ max_tokens_total: 20, on_exceeded: 'degrade', degrade_to: 'small' }, 'agent');
    const second = scope({ max_tokens_total: 30, on_exceeded: 'degrade', degrade_to: 'tiny' });
    const hard = scope({ max_tokens_total: 100 }, 'limit');
    const scopes = [first, second, hard];
    ledger.book(scopes, { tokens: 40, costUsd: 0 });
    expect(ask(ledger, scopes)).toEqual({ kind: 'degrade', alias: 'small' });
    expect(ask(ledger, scopes, { alias: 'small', degraded: ['dear'] })).toEqual({ kind: 'degrade', alias: 'tiny' });
    expect(outputOf(ask(ledger, scopes, { alias: 'tiny', degraded: ['dear', 'small'] }))).toBe(50);
    ledger.book(scopes, { tokens: 50, costUsd: 0 });
    expect(outputOf(ask(ledger, scopes, { alias: 'tiny', degraded: ['dear', 'small'] }))).toBe('stop');
  });

  it('says in its failure what was spent of what', () => {
    const ledger = createLedger();
    const scopes = [scope({ max_tokens_total: 100, max_cost_usd: 1 })];
    ledger.book(scopes, { tokens: 95, costUsd: 0.75 });
    expect(ask(ledger, scopes)).toEqual({
      kind: 'stop',
      failure: {
        code: 'budget.exceeded',
        message:
          'The task "task" has used $0.75 of $1 and 95 of 100 tokens, which leaves too little for the next call of the model "dear".',
        hint: 'Raise the budget, shorten what the agent is shown, or add an error edge for the category "budget".',
        details: {
          scope: 'task',
          id: 'task',
          spent_tokens: 95,
          spent_usd: 0.75,
          max_cost_usd: 1,
          max_tokens_total: 100,
        },
      },
    });
  });
});

describe('calls at the same time', () => {
  it('wait for each other rather than cut an answer short', async () => {
    const ledger = createLedger();
    const scopes = [scope({ max_tokens_total: 100 })];
    const first = ask(ledger, scopes, { maxOutputTokens: 60 });
    const second = ask(ledger, scopes, { maxOutputTokens: 60 });
    expect([first.kind, second.kind]).toEqual(['go', 'wait']);
    if (first.kind !== 'go' || second.kind !== 'wait') return;
    first.settle({ tokens: 12, costUsd: 0 });
    await second.until;
    expect(outputOf(ask(ledger, scopes, { maxOutputTokens: 60 }))).toBe(60);
  });

  it('are counted once, however often they are settled', () => {
    const ledger = createLedger();
    const scopes = [scope({ max_tokens_total: 100 })];
    const call = ask(ledger, scopes);
    if (call.kind === 'go') for (const tokens of [30, 30]) call.settle({ tokens, costUsd: 0 });
    expect(ledger.spentOf('task')).toEqual({ tokens: 30, costUsd: 0 });
  });
});

describe('a warning', () => {
  it('is told once for each budget, and not for what was spent before', () => {
    const told: string[] = [];
    const listener: BudgetListener = {
      warned: ({ key }, { tokens }) => told.push(`${key} warned at ${tokens}`),
      exceeded: ({ key }, { tokens }) => told.push(`${key} exceeded at ${tokens}`),
    };
    const ledger = createLedger();
    const scopes = [scope({ max_tokens_total: 100 }, 'a'), scope({ max_tokens_total: 200, warn_at: 0.25 }, 'b')];
    const spend = (tokens: number): void => {
      const call = ask(ledger, scopes, { promptTokens: 1, maxOutputTokens: 1, listener });
      if (call.kind === 'go') call.settle({ tokens, costUsd: 0 });
    };
    for (const tokens of [49, 1, 30, 15, 5, 5, 5]) spend(tokens);
    expect(told).toEqual(['b warned at 50', 'a warned at 80', 'a exceeded at 100']);
    const resumed = createLedger();
    resumed.book(scopes, { tokens: 90, costUsd: 0 });
    const call = ask(resumed, scopes, { promptTokens: 1, maxOutputTokens: 1, listener });
    if (call.kind === 'go') call.settle({ tokens: 1, costUsd: 0 });
    expect(told).toHaveLength(3);
  });
});

const caps = fc.record(
  { max_tokens_total: fc.integer({ min: 1, max: 2_000 }), max_cost_usd: fc.integer({ min: 0, max: 3_000 }) },
  { requiredKeys: [] },
);
const steps = fc.array(
  fc.record({
    prompt: fc.integer({ min: 0, max: 200 }),
    output: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
    isPriced: fc.boolean(),
    /** Which of the calls at work ends before, and how much of what it was given it has used. */
    ends: fc.option(fc.record({ which: fc.nat(), used: fc.double({ min: 0, max: 1, noNaN: true }) }), {
      nil: undefined,
    }),
    scopes: fc.subarray([0, 1, 2], { minLength: 1 }),
  }),
  { maxLength: 40 },
);

interface AtWork {
  readonly scopes: readonly BudgetScope[];
  readonly most: Spending;
  readonly settle: (spent: Spending) => void;
}

function expectWithin({ tokens, costUsd }: Spending, budget: BudgetSpec): void {
  expect(tokens).toBeLessThanOrEqual(budget.max_tokens_total ?? Infinity);
  expect(costUsd).toBeLessThanOrEqual((budget.max_cost_usd ?? Infinity) + 1e-6);
}

function mostOf(prompt: number, isPriced: boolean, answer = 1_000_000): Spending {
  return { tokens: prompt + answer, costUsd: isPriced ? prompt + 2 * answer : 0 };
}

function within(at: AtWork, used: number): Spending {
  return { tokens: Math.floor(at.most.tokens * used), costUsd: at.most.costUsd * used };
}

describe('whatever calls come and go', () => {
  it('no budget is exceeded, and the same bookings give the same ledger', () => {
    fc.assert(
      fc.property(fc.tuple(caps, caps, caps), steps, (budgets, moves) => {
        const all = budgets.map((budget, at) => scope(budget, `scope ${at}`));
        const [ledger, replayed] = [createLedger(), createLedger()];
        const atWork: AtWork[] = [];
        const end = (call: AtWork | undefined, used: number): void => {
          if (call === undefined) return;
          const spent = within(call, used);
          call.settle(spent);
          replayed.book(call.scopes, spent);
        };
        for (const { prompt, output, isPriced, ends, scopes: chosen } of moves) {
          if (ends !== undefined) end(atWork.splice(ends.which % Math.max(1, atWork.length), 1)[0], ends.used);
          const scopes = all.filter((_, at) => chosen.includes(at));
          const verdict = ask(ledger, scopes, {
            promptTokens: prompt,
            ...(output !== undefined && { maxOutputTokens: output }),
            ...(isPriced && { price }),
          });
          expect(verdict.kind === 'wait' && atWork.length === 0).toBe(false);
          if (verdict.kind !== 'go') continue;
          atWork.push({ scopes, most: mostOf(prompt, isPriced, verdict.maxOutputTokens), settle: verdict.settle });
        }
        for (const call of atWork) end(call, 1);
        for (const { key, budget } of all) {
          expect(ledger.spentOf(key)).toEqual(replayed.spentOf(key));
          expectWithin(ledger.spentOf(key), budget);
        }
      }),
      propertySettings(500),
    );
  });
});
