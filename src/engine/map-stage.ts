import type { Failure } from '../errors/index.ts';
import { stopReasons, type ChildEnd, type StageCall, type StageResult } from '../hosts/index.ts';
import type { MapWork } from '../manifest-compiler/index.ts';
import { failureFrom, isDone, restOf, thrownFailure, type ChildrenOutcome } from './child-stages.ts';
import { addUsages } from './child-usage.ts';

/** What a map gives for an item. */
type ItemResult =
  | { readonly index: number; readonly ok: true; readonly output: unknown }
  | { readonly index: number; readonly ok: false; readonly failure: Failure };

interface MapRun {
  readonly call: StageCall;
  readonly work: MapWork;
  /** Stops the items at work: with the stage, or when the failure of one fails it. */
  readonly stop: AbortController;
  /** By index, as far as they came to an end. */
  readonly ends: Map<number, ChildEnd>;
  /** Failures that have no child task: the request could not be made. */
  readonly failures: Map<number, Failure>;
  next: number;
  isStopped: boolean;
}

/** Items that begin before others have their turn: those of pure stages would take all of it. */
const itemsPerTurn = 32;

/** One child task for each item, some at a time. */
export async function runMap(call: StageCall, work: MapWork): Promise<ChildrenOutcome> {
  const stop = new AbortController();
  const run: MapRun = {
    call,
    work,
    stop,
    ends: new Map(),
    failures: new Map(),
    next: 0,
    isStopped: false,
  };
  const forward = (): void => stop.abort(call.signal.reason);
  if (call.signal.aborted) forward();
  call.signal.addEventListener('abort', forward, { once: true });
  try {
    const lanes = Math.min(work.items.length, work.maxParallel ?? call.task.runnable.maxParallel);
    await Promise.all(Array.from({ length: lanes }, () => runItems(run)));
  } finally {
    call.signal.removeEventListener('abort', forward);
  }
  return concludeMap(run);
}

async function runItems(run: MapRun): Promise<void> {
  while (mayBegin(run)) {
    const index = run.next;
    run.next += 1;
    await runItem(run, index);
    if (index % itemsPerTurn === itemsPerTurn - 1) await run.call.children.turn();
  }
}

function mayBegin({ call, work, stop, next, isStopped }: MapRun): boolean {
  return !isStopped && !stop.signal.aborted && !call.isHeldBack() && next < work.items.length;
}

async function runItem(run: MapRun, index: number): Promise<void> {
  const { call, work, stop, ends, failures } = run;
  const item = work.items[index];
  let input: unknown;
  try {
    input = work.inputOf(index);
  } catch (error) {
    failures.set(index, thrownFailure(error));
    if (work.onItemFailure === 'fail') halt(run);
    return;
  }
  const request = { number: index, body: work.body, input, frame: { item, index } };
  const end = await call.children.run(call, request, stop.signal);
  ends.set(index, end);
  if (end.status === 'paused') run.isStopped = true;
  else if (end.status !== 'waiting' && !isDone(end) && work.onItemFailure === 'fail') halt(run);
}

function halt(run: MapRun): void {
  if (run.isStopped) return;
  run.isStopped = true;
  run.stop.abort(stopReasons.abandoned);
}

function concludeMap(run: MapRun): ChildrenOutcome {
  const { work, ends, call } = run;
  const all = [...ends.values()];
  const spent = addUsages(all);
  const results = work.items.flatMap((_, index) => itemResult(run, index) ?? []);
  const failed = results.flatMap((result) => (result.ok ? [] : [result]));
  const [first] = failed.filter(({ failure }) => failure.code !== 'cancelled.task').concat(failed);
  if (first !== undefined && work.onItemFailure === 'fail') return { ok: false, failure: withIndex(first), ...spent };
  const rest = restOf(all) ?? (run.next < work.items.length ? { rests: 'paused' as const } : undefined);
  if (rest !== undefined) return rest;
  if (work.onItemFailure === 'quorum' && results.length - failed.length < work.quorum) {
    return { ok: false, failure: shortQuorum(call, work, { results, failed }), ...spent };
  }
  const isPartial = failed.length > 0 || all.some(({ status }) => status === 'partial');
  const result: StageResult = { ok: true, output: results, ...spent };
  return isPartial ? { ...result, partial: true } : result;
}

function itemResult({ ends, failures, call }: MapRun, index: number): ItemResult | undefined {
  const failure = failures.get(index);
  if (failure !== undefined) return { index, ok: false, failure };
  const end = ends.get(index);
  if (end === undefined || end.status === 'paused' || end.status === 'waiting') return undefined;
  if (isDone(end)) return { index, ok: true, output: end.output };
  return { index, ok: false, failure: failureFrom(end, `The item at index ${index} of "${call.stage.node}"`) };
}

function withIndex({ failure, index }: ItemResult & { ok: false }): Failure {
  return { ...failure, details: { ...failure.details, index } };
}

function shortQuorum(
  { stage }: StageCall,
  { quorum }: MapWork,
  { results, failed }: { results: readonly ItemResult[]; failed: readonly (ItemResult & { ok: false })[] },
): Failure {
  return {
    code: 'branch_failed.items',
    message: `Of the ${results.length} items of "${stage.node}" ${results.length - failed.length} are done, and a quorum needs ${quorum}.`,
    details: { failed: failed.map(({ index, failure }) => ({ index, code: failure.code, message: failure.message })) },
  };
}
