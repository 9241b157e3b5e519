import type { Failure } from '../../errors/index.ts';
import type { ChildEnd, StageCall, StageResult } from '../../hosts/index.ts';
import type { MapWork } from '../../manifest-compiler/index.ts';
import { failureFrom, isDone, restOf, thrownFailure, type ChildrenOutcome } from './child-stages.ts';
import { addUsages } from './child-usage.ts';

/** What a map gives for an item. */
type ItemResult =
  | { readonly index: number; readonly ok: true; readonly output: unknown }
  | { readonly index: number; readonly ok: false; readonly failure: Failure };

interface MapRun {
  readonly call: StageCall;
  readonly work: MapWork;
  /** By index, as far as they came to an end or rest. */
  readonly ends: Map<number, ChildEnd>;
  /** Failures that have no child task: the request could not be made. */
  readonly failures: Map<number, Failure>;
  /** Items at rest that can go on. */
  readonly again: number[];
  readonly end: PromiseWithResolvers<void>;
  readonly limit: number;
  /** Items at work. */
  lanes: number;
  next: number;
  /** Index of the item that failed the map. */
  failed?: number;
  isOver: boolean;
}

/** Items that begin before others have their turn: those of pure stages would take all of it. */
const itemsPerTurn = 32;

/** One child task for each item, some at a time. */
export async function runMap(call: StageCall, work: MapWork): Promise<ChildrenOutcome> {
  const run: MapRun = {
    call,
    work,
    ends: new Map(),
    failures: new Map(),
    again: [],
    end: Promise.withResolvers(),
    limit: Math.min(work.items.length, work.maxParallel ?? call.task.runnable.maxParallel),
    lanes: 0,
    next: 0,
    isOver: false,
  };
  while (run.lanes < run.limit && hasNext(run)) openLane(run);
  if (run.lanes === 0) endRun(run);
  await run.end.promise;
  return concludeMap(run);
}

function openLane(run: MapRun): void {
  run.lanes += 1;
  void runItems(run);
}

async function runItems(run: MapRun): Promise<void> {
  try {
    while (hasNext(run)) {
      const index = nextOf(run);
      await runItem(run, index);
      if (index % itemsPerTurn === itemsPerTurn - 1) await run.call.children.turn();
    }
    run.lanes -= 1;
    if (run.lanes === 0) endRun(run);
  } catch (error) {
    run.end.reject(error);
  }
}

/** The items at work of a map that failed are cancelled by the host once its end is written. */
function endRun(run: MapRun): void {
  run.isOver = true;
  run.call.rousing.stop();
  run.end.resolve();
}

function hasNext({ call, work, again, next, isOver }: MapRun): boolean {
  if (isOver || call.signal.aborted || call.isHeldBack()) return false;
  return again.length > 0 || next < work.items.length;
}

function nextOf(run: MapRun): number {
  const index = run.again.shift();
  if (index !== undefined) return index;
  run.next += 1;
  return run.next - 1;
}

async function runItem(run: MapRun, index: number): Promise<void> {
  const { call, work, ends, failures } = run;
  const item = work.items[index];
  let input: unknown;
  try {
    input = work.inputOf(index);
  } catch (error) {
    failures.set(index, thrownFailure(error));
    fail(run, index);
    return;
  }
  const onRoused = (): void => {
    run.again.push(index);
    if (run.lanes < run.limit && hasNext(run)) openLane(run);
  };
  const request = { number: index, body: work.body, input, frame: { item, index }, onRoused };
  ends.delete(index); // it is at work, perhaps once more
  const end = await call.children.run(call, request, call.signal);
  ends.set(index, end);
  if (end.status !== 'paused' && end.status !== 'waiting' && !isDone(end)) fail(run, index);
}

function fail(run: MapRun, index: number): void {
  if (run.isOver || run.work.onItemFailure !== 'fail') return;
  run.failed = index;
  endRun(run);
}

function concludeMap(run: MapRun): ChildrenOutcome {
  const { work, ends, call } = run;
  const all = [...ends.values()];
  const first = run.failed === undefined ? undefined : itemResult(run, run.failed);
  if (first?.ok === false) {
    return { ok: false, failure: withIndex(first), ...addUsages([...all, ...call.children.spending(call)]) };
  }
  if (run.again.length > 0 || run.next < work.items.length) return { rests: 'paused' };
  const rest = restOf(all);
  if (rest !== undefined) return rest;
  const spent = addUsages(all);
  const results = work.items.flatMap((_, index) => itemResult(run, index) ?? []);
  const failed = results.flatMap((result) => (result.ok ? [] : [result]));
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
