import type { ToolNotes, ToolStageCall, ToolStepResult } from '../../actors/index.ts';
import { failureKinds, type Failure } from '../../errors/index.ts';
import type { ToolPlanStep, ToolRuntime } from '../../services/index.ts';
import type { Planned, PlannedCall } from '../plugins/tool-hooks.ts';
import type { ActorWork, Done } from './actor-work.ts';
import type { Permit, WantedCall } from './consents.ts';
import type { StageLog } from './call-logs.ts';

export interface PlanRun {
  readonly stage: string;
  readonly work: Pick<ActorWork, 'runTool'>;
  /** What the calls of all steps have in common; each adds its id to the idempotency key. */
  readonly call: Omit<ToolStageCall, 'tool' | 'arguments' | 'step'>;
  /** Waits for a place for one call of a tool, and gives what gives it back. Rejects when the signal stops it. */
  readonly takePlace: (tool: string) => Promise<() => void>;
  /** Keeps what steps came to, below the prefix: a step that is in there is not run again. */
  readonly log: Pick<StageLog, 'saved' | 'save'>;
  readonly prefix: string;
  /** What a model wrote as the arguments of a call, as far as it is safe to take it so. */
  readonly readArguments: ToolRuntime['readArguments'];
  /** What plugins make of a call that was not made before. */
  readonly before: (planned: PlannedCall) => Promise<Planned>;
  /** Whether a tool changes nothing. */
  readonly isReadOnly: (tool: string) => boolean;
  /** Whether a step may run that was not run before. */
  readonly permit: (wanted: WantedCall) => Promise<Permit>;
}

export interface PlanOutcome {
  /** Of all steps that were looked at: those behind one that stopped the plan are missing. */
  readonly results: readonly ToolStepResult[];
  readonly stopped?: Extract<ToolStepResult, { ok: false }>;
  /** A person is asked about a step. Those behind it are not looked at. */
  readonly asks?: true;
  /** Outputs under the names that the plan gives them. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Steps of a plan that run at a time. */
const mostAtATime = 8;

/**
 * Runs the steps in their order, each as an actor of its own; neighbours that only read and do not depend on each other side by
 * side. Rejects when the signal stops it.
 */
export async function runSteps(run: PlanRun, steps: readonly ToolPlanStep[]): Promise<PlanOutcome> {
  const results = new Map<string, ToolStepResult>();
  const fields: [string, unknown][] = [];
  for (let at = 0; at < steps.length;) {
    const group = nextGroup(run, steps.slice(at, at + mostAtATime));
    const ends = await Promise.all(group.map((step) => endOf(run, step, results)));
    for (const [place, step] of group.entries()) {
      const end = ends[place];
      if (end === undefined) continue;
      const { result } = end;
      if (result === 'asked') continue;
      results.set(step.id, result);
      if (result.ok && step.resultField !== undefined) fields.push([step.resultField, result.output]);
    }
    const stopping = ends.find(({ stops }) => stops);
    const outcome = { results: [...results.values()], fields: Object.fromEntries(fields) };
    if (stopping !== undefined && stopping.result !== 'asked' && !stopping.result.ok)
      return { ...outcome, stopped: stopping.result };
    if (ends.some(({ result }) => result === 'asked')) return { ...outcome, asks: true };
    at += group.length;
  }
  return { results: [...results.values()], fields: Object.fromEntries(fields) };
}

/** The first step, and those behind it that may run beside it. */
function nextGroup({ isReadOnly }: PlanRun, [first, ...others]: readonly ToolPlanStep[]): readonly ToolPlanStep[] {
  if (first === undefined) return [];
  const group = [first];
  if (!isReadOnly(first.tool)) return group;
  for (const step of others) {
    if (!isReadOnly(step.tool) || step.dependsOn.some((name) => group.some(({ id }) => id === name))) break;
    group.push(step);
  }
  return group;
}

interface StepEnd {
  readonly result: ToolStepResult | 'asked';
  /** No further step is to run. */
  readonly stops: boolean;
}

async function endOf(run: PlanRun, step: ToolPlanStep, before: ReadonlyMap<string, ToolStepResult>): Promise<StepEnd> {
  const lacking = step.dependsOn.find((name) => before.get(name)?.ok !== true);
  if (lacking !== undefined) return { result: notRun(step, lacking), stops: false };
  const result = await runStep(run, step);
  if (result === 'asked') return { result, stops: false };
  return { result, stops: !result.ok && step.onError !== 'continue' };
}

/** What it came to is kept before anything is made of it. */
async function runStep(run: PlanRun, step: ToolPlanStep): Promise<ToolStepResult | 'asked'> {
  const { id, tool } = step;
  const key = `${run.prefix}/${id}`;
  const known = run.log.saved(key)?.value;
  if (isStepEnd(known)) return { id, ...known, tool };
  const read = run.readArguments(tool, step.arguments);
  if (!read.ok) return keepRefused(run, step, read.failure);
  const planned = await run.before({ key, tool, arguments: read.value, step: id });
  if ('refused' in planned) return refused(run, step, planned.refused);
  const given = { ...step, arguments: planned.arguments };
  const permit = await run.permit({ key, tool, arguments: given.arguments, step: id, ...reasonOf(step) });
  if (permit === 'asked') return permit;
  if (permit !== 'granted') return refused(run, step, permit.refused);
  let done = await attempt(run, given, `${run.call.idempotencyKey}/${id}`);
  const mayHelp = done.failure !== undefined && failureKinds[done.failure.code].retryable;
  // Another attempt has another key, as it has for a stage: else a tool would take it for the first one.
  if (step.onError === 'retry' && mayHelp) done = await attempt(run, given, `${run.call.idempotencyKey}/${id}/2`);
  const { failure, notes } = done;
  const end: SavedEnd = failure === undefined ? doneEnd(notes) : { ok: false, failure };
  run.call.signal.throwIfAborted(); // what was stopped has not come to an end
  run.log.save(key, { ...end, tool } satisfies SavedEnd);
  return { id, ...end, tool };
}

/** What a step came to, as it is kept. */
export type SavedEnd = { readonly tool?: string } & (
  | { readonly ok: true; readonly output: unknown; readonly notRun?: ToolNotes['notRun'] & string }
  | { readonly ok: false; readonly failure: Failure }
);
function reasonOf({ reason }: ToolPlanStep): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** It is kept like what a call came to: a step that was refused is not asked about again. */
function refused(run: PlanRun, { id, tool }: ToolPlanStep, failure: Failure): ToolStepResult {
  run.call.tell({
    type: 'tool.denied',
    call: `${run.prefix}/${id}`,
    data: { tool, step: id, reason: failure.message },
  });
  return keepRefused(run, { id, tool }, failure);
}

function keepRefused(run: PlanRun, { id, tool }: Pick<ToolPlanStep, 'id' | 'tool'>, failure: Failure): ToolStepResult {
  run.log.save(`${run.prefix}/${id}`, { ok: false, failure, tool } satisfies SavedEnd);
  return { id, tool, ok: false, failure };
}

function doneEnd({ output, ...notes }: ToolNotes): SavedEnd {
  return { ok: true, output: output ?? null, ...(notes.notRun !== undefined && { notRun: notes.notRun }) };
}

export function isStepEnd(value: unknown): value is SavedEnd {
  return typeof value === 'object' && value !== null && 'ok' in value;
}

async function attempt(run: PlanRun, step: ToolPlanStep, idempotencyKey: string): Promise<Done<ToolNotes>> {
  const { stage, work, call } = run;
  call.signal.throwIfAborted(); // an actor would begin its work before it is stopped
  const { id, tool, arguments: arguments_ } = step;
  const release = await run.takePlace(tool);
  try {
    const place = `${stage}/${run.prefix}/${id}`;
    const given = { ...call, tool, arguments: arguments_, step: id, place, idempotencyKey };
    return await work.runTool(`${stage}/${id}`, given);
  } finally {
    release();
  }
}

function notRun({ id, tool }: ToolPlanStep, lacking: string): ToolStepResult {
  const message = `Step "${id}" was not run, since it depends on "${lacking}", which did not succeed.`;
  return { id, tool, ok: false, failure: { code: 'tool.failed', message } };
}

/** The failure of the stage whose plan was stopped: that of the step, with what had been done before. */
export function planFailure({ results, stopped }: Required<Pick<PlanOutcome, 'results' | 'stopped'>>): Failure {
  const { id, tool, failure } = stopped;
  const done = results.flatMap((result) => (result.ok ? [result.id] : []));
  return {
    ...failure,
    message: `Step "${id}" of the tool plan failed. ${failure.message}`,
    details: { ...failure.details, step: id, tool, done },
  };
}
