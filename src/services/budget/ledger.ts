import type { Failure } from '../../errors/index.ts';
import type { BudgetSpec, PriceSpec } from '../../manifest/index.ts';
import { exceeded } from './exceeded.ts';
import { minus, nothing, plus, type BudgetScope, type Spending } from './scope.ts';

/** A call that is to be made. */
export interface PlannedCall {
  readonly scopes: readonly BudgetScope[];
  readonly alias: string;
  /** Models that it was to be made of before, each of which a budget degraded. */
  readonly degraded?: readonly string[];
  readonly promptTokens: number;
  /** Most tokens of the answer; absent when nothing bounds it. */
  readonly maxOutputTokens?: number;
  readonly price?: PriceSpec;
  readonly listener: BudgetListener;
}

/** Told once for each account: of the first call that brings it so far. */
export interface BudgetListener {
  warned(scope: BudgetScope, spent: Spending): void;
  exceeded(scope: BudgetScope, spent: Spending): void;
}

export type Verdict =
  | { readonly kind: 'go'; readonly maxOutputTokens?: number; readonly settle: (spent?: Spending) => void }
  /** Calls that are not over hold what it would need: to be asked again when one of them is. */
  | { readonly kind: 'wait'; readonly until: Promise<void> }
  | { readonly kind: 'degrade'; readonly alias: string }
  | { readonly kind: 'stop'; readonly failure: Failure };

/** What one task and all below it have spent, and what the calls hold that they have not ended. */
export interface Ledger {
  admit(call: PlannedCall): Verdict;
  /** Counts what was spent before, without telling of it. */
  book(scopes: readonly BudgetScope[], spent: Spending): void;
  spentOf(key: string): Spending;
}

/** An answer that is shorter is of no use to anybody. */
const leastAnswer = 16;
/** What an answer is given that nothing else bounds: without any bound, one call would hold the whole budget. */
const unboundedAnswer = 4_096;

const defaultWarnAt = 0.8;
const tokensPerPrice = 1_000_000;
/** Sums of dollars are not exact. */
const roundingUsd = 1e-9;

interface Account {
  spent: Spending;
  held: Spending;
  hasWarned: boolean;
  hasExceeded: boolean;
}

interface Accounts {
  of(scope: BudgetScope): Account;
  /** How to tell those who wait that a call is over. */
  ended: PromiseWithResolvers<void>;
}

export function createLedger(): Ledger {
  const byKey = new Map<string, Account>();
  const accounts: Accounts = {
    of({ key }) {
      const account = byKey.get(key) ?? { spent: nothing, held: nothing, hasWarned: false, hasExceeded: false };
      byKey.set(key, account);
      return account;
    },
    ended: Promise.withResolvers(),
  };
  return {
    admit: (call) => admit(accounts, call),
    book: (scopes, spent) => add(accounts, { scopes, spent }),
    spentOf: (key) => byKey.get(key)?.spent ?? nothing,
  };
}

function admit(accounts: Accounts, call: PlannedCall): Verdict {
  const prompt = promptOf(call);
  // What is degraded to is what is asked when a budget is used up: neither it is bound by it, nor what others degrade it to.
  const asked = new Set<string | undefined>([call.alias, ...(call.degraded ?? [])]);
  const bounds = call.scopes.filter(({ budget }) => !asked.has(degradesTo(budget)));
  const roomIn = (scope: BudgetScope, held: Spending): number =>
    roomFor(scope.budget, plus(plus(accounts.of(scope).spent, held), prompt), call.price);
  const rooms = bounds.map((scope) => ({ scope, room: roomIn(scope, nothing) }));
  const most = Math.min(...rooms.map(({ room }) => room));
  const wanted = call.maxOutputTokens ?? (most === Infinity ? Infinity : unboundedAnswer);
  const short = rooms.find(({ room }) => room < Math.min(leastAnswer, wanted));
  if (short !== undefined) return refuse(accounts, call, short.scope);
  // An answer is cut short by what was spent, not by what others may spend.
  const isHeldBack = bounds.some((scope) => {
    const { held } = accounts.of(scope);
    return held.tokens > 0 && roomIn(scope, held) < wanted;
  });
  if (isHeldBack) return { kind: 'wait', until: accounts.ended.promise };
  const maxOutputTokens = Math.min(wanted, most);
  if (maxOutputTokens === Infinity) return { kind: 'go', settle: hold(accounts, call, prompt) };
  const held = plus(prompt, answerOf(maxOutputTokens, call.price));
  return { kind: 'go', maxOutputTokens, settle: hold(accounts, call, held) };
}

function refuse(accounts: Accounts, { alias, listener }: PlannedCall, scope: BudgetScope): Verdict {
  const account = accounts.of(scope);
  if (!account.hasExceeded) listener.exceeded(scope, account.spent);
  account.hasExceeded = true;
  const other = degradesTo(scope.budget);
  if (other !== undefined) return { kind: 'degrade', alias: other };
  return { kind: 'stop', failure: exceeded(scope, account.spent, alias) };
}

function hold(accounts: Accounts, { scopes, listener }: PlannedCall, held: Spending): (spent?: Spending) => void {
  for (const account of scopes.map((scope) => accounts.of(scope))) account.held = plus(account.held, held);
  let isSettled = false;
  return (spent) => {
    if (isSettled) return;
    isSettled = true;
    for (const account of scopes.map((scope) => accounts.of(scope))) account.held = minus(account.held, held);
    if (spent !== undefined) add(accounts, { scopes, spent, listener });
    const { resolve } = accounts.ended;
    accounts.ended = Promise.withResolvers();
    resolve();
  };
}

interface Booking {
  readonly scopes: readonly BudgetScope[];
  readonly spent: Spending;
  readonly listener?: BudgetListener;
}

function add(accounts: Accounts, { scopes, spent, listener }: Booking): void {
  for (const scope of scopes) {
    const account = accounts.of(scope);
    account.spent = plus(account.spent, spent);
    if (account.hasWarned || !isNearlySpent(scope.budget, account.spent)) continue;
    account.hasWarned = true;
    listener?.warned(scope, account.spent);
  }
}

function promptOf({ promptTokens, price }: PlannedCall): Spending {
  return { tokens: promptTokens, costUsd: (promptTokens * (price?.input_per_mtok ?? 0)) / tokensPerPrice };
}

function answerOf(tokens: number, price: PriceSpec | undefined): Spending {
  return { tokens, costUsd: (tokens * (price?.output_per_mtok ?? 0)) / tokensPerPrice };
}

/** Tokens that an answer may have; below zero when what is taken is too much. A call without a price costs nothing. */
function roomFor(budget: BudgetSpec, taken: Spending, price: PriceSpec | undefined): number {
  const { max_tokens_total: maxTokens = Infinity, max_cost_usd: maxCostUsd } = budget;
  const tokens = maxTokens - taken.tokens;
  if (maxCostUsd === undefined || price === undefined) return tokens;
  const dollars = maxCostUsd - taken.costUsd;
  if (dollars < -roundingUsd) return -1;
  if (price.output_per_mtok === 0) return tokens;
  return Math.min(tokens, Math.floor(((dollars + roundingUsd) / price.output_per_mtok) * tokensPerPrice));
}

function degradesTo({ on_exceeded: onExceeded, degrade_to: alias }: BudgetSpec): string | undefined {
  return onExceeded === 'degrade' ? alias : undefined;
}

function isNearlySpent(budget: BudgetSpec, spent: Spending): boolean {
  const {
    max_tokens_total: maxTokens = Infinity,
    max_cost_usd: maxCostUsd = Infinity,
    warn_at: at = defaultWarnAt,
  } = budget;
  return spent.tokens >= at * maxTokens || (spent.costUsd > 0 && spent.costUsd >= at * maxCostUsd);
}
