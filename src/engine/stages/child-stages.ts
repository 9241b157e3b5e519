import { failureOf, type Failure } from '../../errors/index.ts';
import type { ChildEnd, StageCall, StageRest, StageResult, StageUsage } from '../../hosts/index.ts';
import type { RepeatWork, Work } from '../../manifest-compiler/index.ts';
import { addUsages } from './child-usage.ts';

/** What a stage whose work is done by child tasks gives, before it is concluded. */
export type ChildrenOutcome = StageRest | StageResult;

/** One child task that runs another workflow. */
export async function runWorkflow(call: StageCall, work: Work & { kind: 'workflow' }): Promise<ChildrenOutcome> {
  const { body, input } = work;
  const end = await call.children.run(call, { body, input, frame: {} }, call.signal);
  return restOf([end]) ?? resultOf(end, `The workflow that "${call.stage.node}" runs`);
}

/** What the iterations came to so far. */
interface RepeatRun {
  output: unknown;
  spent: { readonly usage?: StageUsage };
  partial: { readonly partial?: true };
}

/** One child task after the other. An expression that fails between them leaves what they have cost. */
export async function runRepeat(call: StageCall, work: RepeatWork): Promise<ChildrenOutcome> {
  const run: RepeatRun = { output: null, spent: {}, partial: {} };
  try {
    return await iterate(call, work, run);
  } catch (error) {
    return { ok: false, failure: thrownFailure(error), ...run.spent };
  }
}

async function iterate(call: StageCall, work: RepeatWork, run: RepeatRun): Promise<ChildrenOutcome> {
  for (let iteration = 1; iteration <= work.maxIterations; iteration += 1) {
    if (call.isHeldBack()) return { rests: 'paused' };
    const input = work.inputOf(iteration, run.output);
    const request = { number: iteration, body: work.body, input, frame: { iteration } };
    const end = await call.children.run(call, request, call.signal);
    const rest = restOf([end]);
    if (rest !== undefined) return rest;
    run.spent = addUsages([run.spent, end]);
    const result = resultOf(end, `Iteration ${iteration} of "${call.stage.node}"`);
    if (!result.ok) return { ...result, ...run.spent };
    run.output = end.output;
    run.partial = { ...run.partial, ...partialOf([end]) };
    if (work.isOver(iteration, run.output)) return { ...result, ...run.partial, ...run.spent };
    if (iteration % iterationsPerTurn === 0) await call.children.turn();
  }
  return exhausted(call, work, run);
}

function exhausted(call: StageCall, work: RepeatWork, { output, partial, spent }: RepeatRun): StageResult {
  if (work.onExhausted === 'accept') return { ok: true, output, ...partial, ...spent };
  if (work.onExhausted === 'partial') return { ok: true, output, partial: true, ...spent };
  const failure: Failure = {
    code: 'branch_failed.exhausted',
    message: `The repeat "${call.stage.node}" came to its end after ${work.maxIterations} iterations, and its condition did not hold.`,
    hint: 'Raise max_iterations, or write "on_exhausted: accept" to take what the last iteration gave.',
    details: { output },
  };
  return { ok: false, failure, ...spent };
}

/** Iterations of pure stages would keep everything else from its turn. */
const iterationsPerTurn = 32;

/** Nothing when all are over. A pause counts first: it is what was asked for. */
export function restOf(ends: readonly ChildEnd[]): StageRest | undefined {
  if (ends.some(({ status }) => status === 'paused')) return { rests: 'paused' };
  return ends.some(({ status }) => status === 'waiting') ? { rests: 'waiting' } : undefined;
}

/** What a child that is over means for the stage above. `what` begins a sentence. */
export function resultOf(end: ChildEnd, what: string): StageResult {
  const spent = addUsages([end]);
  if (isDone(end)) return { ok: true, output: end.output, ...partialOf([end]), ...spent };
  return { ok: false, failure: failureFrom(end, what), ...spent };
}

export function isDone({ status }: ChildEnd): boolean {
  return status === 'completed' || status === 'partial';
}

/** The failure keeps its code, so that the edges above tell failures apart as those below did. */
export function failureFrom({ status, failure, output }: ChildEnd, what: string): Failure {
  if (failure !== undefined) return { ...failure, message: `${what} failed: ${failure.message}` };
  if (status === 'cancelled') return { code: 'cancelled.task', message: `${what} was cancelled.` };
  return { code: 'branch_failed.child', message: `${what} came to an end that is a failure.`, details: { output } };
}

function partialOf(ends: readonly ChildEnd[]): { readonly partial?: true } {
  return ends.some(({ status }) => status === 'partial') ? { partial: true } : {};
}

/** The failure that an expression threw. */
export function thrownFailure(error: unknown): Failure {
  const failure = failureOf(error);
  if (failure === undefined) throw error;
  return failure;
}
