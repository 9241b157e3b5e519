import type { EngineEvent, FailureSignature } from '../../engine/index.ts';

/** A stage that is at work, or waits for its next attempt. */
export interface ActiveStage {
  readonly node: string;
  readonly nodeType: string;
  attempt: number;
  isWaiting: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** What its models took so far, in all attempts. */
  readonly spent: Readonly<Spent>;
}

export interface Spent {
  tokens: number;
  costUsd: number;
}

/** What an event means for the display. */
export type StageChange = { readonly node: string; readonly nodeType: string; readonly spent: Spent } & (
  | { readonly kind: 'started'; readonly attempt: number }
  | { readonly kind: 'finished'; readonly durationMs: number; readonly choice?: string }
  | { readonly kind: 'failed'; readonly durationMs: number; readonly failure: FailureSignature }
  | {
      readonly kind: 'retrying';
      readonly attempt: number;
      readonly delayMs: number;
      readonly failure: FailureSignature;
    }
  | { readonly kind: 'skipped' | 'cancelled' }
);

export interface StageTracker {
  readonly active: ReadonlyMap<string, ActiveStage>;
  readonly total: Readonly<Spent>;
  /** Stages that are not waiting for their next attempt. */
  readonly atWorkCount: number;
  /** Stages that came to an end, but for those that were skipped. */
  readonly endedCount: number;
  /** What to display; undefined for what is no news of a stage. */
  take(event: EngineEvent): StageChange | undefined;
}

interface TrackerState {
  readonly active: Map<string, ActiveStage>;
  readonly spentBy: Map<string, Spent>;
  readonly total: Spent;
  endedCount: number;
}

export function createStageTracker(typeOf: (node: string) => string): StageTracker {
  const state: TrackerState = {
    active: new Map(),
    spentBy: new Map(),
    total: { tokens: 0, costUsd: 0 },
    endedCount: 0,
  };
  return {
    active: state.active,
    total: state.total,
    get atWorkCount() {
      return [...state.active.values()].filter(({ isWaiting }) => !isWaiting).length;
    },
    get endedCount() {
      return state.endedCount;
    },
    take(event) {
      if (event.type === 'llm.responded') noteSpending(state, event);
      const change = changeOf(event);
      if (change === undefined || event.nodeId === undefined) return undefined;
      const spent = spentOf(state, event.nodeId);
      const place = { node: event.nodeId, nodeType: typeOf(event.nodeId), spent };
      noteStage(state, event, place);
      return { ...place, ...change };
    },
  };
}

function spentOf({ spentBy }: TrackerState, node: string): Spent {
  const spent = spentBy.get(node) ?? { tokens: 0, costUsd: 0 };
  spentBy.set(node, spent);
  return spent;
}

function noteSpending(state: TrackerState, event: EngineEvent & { type: 'llm.responded' }): void {
  const spent = spentOf(state, event.nodeId ?? '');
  const { inputTokens = 0, outputTokens = 0, costUsd = 0 } = event.data;
  for (const sum of [spent, state.total]) {
    sum.tokens += inputTokens + outputTokens;
    sum.costUsd += costUsd;
  }
}

type ChangeData = StageChange extends infer Change
  ? Change extends unknown
    ? Omit<Change, 'node' | 'nodeType' | 'spent'>
    : never
  : never;

function changeOf(event: EngineEvent): ChangeData | undefined {
  if (event.type === 'stage.started') return { kind: 'started', attempt: event.data.attempt };
  if (event.type === 'stage.finished') {
    const { durationMs, choice } = event.data;
    return { kind: 'finished', durationMs, ...(choice !== undefined && { choice }) };
  }
  if (event.type === 'stage.failed') {
    if (isPassedOver(event)) return { kind: 'skipped' };
    return { kind: 'failed', durationMs: event.data.durationMs, failure: event.data.failure };
  }
  if (event.type === 'stage.retrying') {
    const { attempt, delayMs, failure } = event.data;
    return { kind: 'retrying', attempt, delayMs, failure };
  }
  if (event.type === 'stage.skipped') return { kind: 'skipped' };
  return event.type === 'stage.cancelled' ? { kind: 'cancelled' } : undefined;
}

/** A failure before it passed the stage over, and that one is told already; a merge fails on its own account. */
function isPassedOver({ data: { attempt, failure } }: EngineEvent & { type: 'stage.failed' }): boolean {
  return attempt === 0 && failure.category === 'branch_failed' && failure.node_type !== 'merge';
}

function noteStage(
  state: TrackerState,
  event: EngineEvent,
  { node, nodeType, spent }: { node: string; nodeType: string; spent: Spent },
): void {
  const known = state.active.get(node);
  if (event.type === 'stage.started') {
    const startedAt = known?.startedAt ?? event.time;
    state.active.set(node, { node, nodeType, attempt: event.data.attempt, isWaiting: false, startedAt, spent });
  } else if (event.type === 'stage.retrying') {
    if (known !== undefined) known.isWaiting = true;
  } else {
    state.active.delete(node);
    if (changeOf(event)?.kind !== 'skipped') state.endedCount += 1;
  }
}
