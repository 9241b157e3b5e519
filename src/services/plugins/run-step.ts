import { failureError } from '../../errors/index.ts';
import { askCode } from './ask-code.ts';
import { frozenCopy } from './frozen-copy.ts';
import type { HookPlace } from './hook-context.ts';
import type { PluginStep } from './plugin-set.ts';
import { readVerdict } from './read-verdict.ts';
import { criticalFailure, hashOf, vetoFailure, type HookSurroundings, type PluginFact } from './run-hooks.ts';

export interface StepWork {
  readonly step: string;
  readonly place: HookPlace;
  readonly input: unknown;
  readonly tool?: string;
  /** In a box; absent before there is one. */
  readonly output?: { readonly value: unknown };
  readonly tell: (fact: PluginFact) => void;
  /** Checks an output that is to take the place of the one that is there. */
  readonly accept: (output: unknown) => { readonly value: unknown } | { readonly problem: string };
  readonly signal: AbortSignal;
}

/** Runs a step of a plugin; the output that takes the place of the one that was there, if any. Throws the failure of a veto. */
export async function runPluginStep(
  { plugin, critical, timeoutMs, run }: PluginStep,
  work: StepWork,
  { startTimer, now, secrets }: HookSurroundings,
): Promise<{ readonly value: unknown } | undefined> {
  const { step, place, input, tool, output, signal, tell } = work;
  const found = { ...(tool !== undefined && { tool }), ...(output !== undefined && { output: output.value }) };
  const context = frozenCopy({ ...place, plugin, step, input, ...found });
  const asked = await askCode(async (hookWork) => run(context, hookWork), { timeoutMs, startTimer, now, signal });
  if (asked === 'stopped') throw failureError({ code: 'cancelled.task', message: `The step "${step}" was stopped.` });
  const point = `step ${step}`;
  const made = 'problem' in asked ? asked : outcomeOf(asked.answer, work, secrets);
  if (made === undefined) return undefined;
  if ('veto' in made) {
    tell({ type: 'hook.vetoed', data: { plugin, point, hash: hashOf(context) } });
    throw failureError(vetoFailure({ plugin, point }, secrets.redact(made.veto)));
  }
  if ('problem' in made) {
    const problem = secrets.redact(made.problem);
    tell({ type: 'plugin.failed', data: { plugin, point, problem, critical } });
    if (critical) throw failureError(criticalFailure(plugin, point, problem));
    return undefined;
  }
  const [before, after] = [hashOf(output?.value), hashOf(made.value)];
  tell({ type: 'hook.changed', data: { plugin, point, change: 'replaceOutput', before, after } });
  return made;
}

type StepOutcome = { readonly veto: string } | { readonly problem: string } | { readonly value: unknown } | undefined;

function outcomeOf(
  answer: unknown,
  { output, accept }: StepWork,
  { redactAll }: HookSurroundings['secrets'],
): StepOutcome {
  const verdict = readVerdict(answer, ['veto', 'replaceOutput']);
  if ('problem' in verdict) return verdict;
  if (verdict.kind === 'nothing') return undefined;
  if (verdict.kind === 'veto') return { veto: String(verdict.value) };
  return output === undefined ? { problem: 'there is no output yet' } : accept(redactAll(verdict.value));
}
