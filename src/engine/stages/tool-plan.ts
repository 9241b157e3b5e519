import type { ToolNotes, ToolStageCall } from '../../actors/index.ts';
import { failureKinds, type Failure } from '../../errors/index.ts';
import type { ToolPlanStep } from '../../services/index.ts';
import type { ActorWork, Done } from './actor-work.ts';

export interface PlanRun {
  readonly stage: string;
  readonly work: Pick<ActorWork, 'runTool'>;
  /** What the calls of all steps have in common; each adds its id to the idempotency key. */
  readonly call: Omit<ToolStageCall, 'tool' | 'arguments' | 'step'>;
}

type StepResult = { readonly id: string; readonly tool: string } & (
  { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly failure: Failure }
);

export type PlanResult =
  | { readonly ok: true; readonly output: { readonly results: readonly StepResult[]; readonly fields: object } }
  | { readonly ok: false; readonly failure: Failure };

/** Runs the steps one after the other, each as an actor of its own. Rejects when the signal stops it. */
export async function runToolPlan(run: PlanRun, steps: readonly ToolPlanStep[]): Promise<PlanResult> {
  const results = new Map<string, StepResult>();
  const fields: [string, unknown][] = [];
  for (const step of steps) {
    const { id, resultField, onError } = step;
    const lacking = step.dependsOn.find((name) => results.get(name)?.ok !== true);
    const result = lacking === undefined ? await runStep(run, step) : notRun(step, lacking);
    if (!result.ok && lacking === undefined && onError !== 'continue')
      return { ok: false, failure: stopped(result, results) };
    if (result.ok && resultField !== undefined) fields.push([resultField, result.output]);
    results.set(id, result);
  }
  return { ok: true, output: { results: [...results.values()], fields: Object.fromEntries(fields) } };
}

async function runStep(run: PlanRun, step: ToolPlanStep): Promise<StepResult> {
  const { id, tool } = step;
  let done = await attempt(run, step, `${run.call.idempotencyKey}/${id}`);
  const mayHelp = done.failure !== undefined && failureKinds[done.failure.code].retryable;
  // Another attempt has another key, as it has for a stage: else a tool would take it for the first one.
  if (step.onError === 'retry' && mayHelp) done = await attempt(run, step, `${run.call.idempotencyKey}/${id}/2`);
  const { failure, notes } = done;
  return failure === undefined
    ? { id, tool, ok: true, output: notes.output ?? null }
    : { id, tool, ok: false, failure };
}

async function attempt(run: PlanRun, step: ToolPlanStep, idempotencyKey: string): Promise<Done<ToolNotes>> {
  const { stage, work, call } = run;
  call.signal.throwIfAborted(); // an actor would begin its work before it is stopped
  const { id, tool, arguments: arguments_ } = step;
  return work.runTool(`${stage}/${id}`, { ...call, tool, arguments: arguments_, step: id, idempotencyKey });
}

function notRun({ id, tool }: ToolPlanStep, lacking: string): StepResult {
  const message = `Step "${id}" was not run, since it depends on "${lacking}", which did not succeed.`;
  return { id, tool, ok: false, failure: { code: 'tool.failed', message } };
}

/** The failure of the stage: that of the step, with what had been done before. */
function stopped(
  { id, tool, failure }: Extract<StepResult, { ok: false }>,
  results: ReadonlyMap<string, StepResult>,
): Failure {
  const done = [...results.values()].flatMap((result) => (result.ok ? [result.id] : []));
  return {
    ...failure,
    message: `Step "${id}" of the tool plan failed. ${failure.message}`,
    details: { ...failure.details, step: id, tool, done },
  };
}
