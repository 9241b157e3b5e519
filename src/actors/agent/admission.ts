import { failureError } from '../../errors/index.ts';
import type { Admission, CallBudget, CallEstimate } from './budget.ts';
import type { NamedModel } from './named-model.ts';

/** A call that may be made: of this model, with an answer that is no longer than this. */
export interface AdmittedCall extends Omit<Admission & { kind: 'go' }, 'kind'> {
  readonly model: NamedModel;
}

/** Has no bounds. */
export const boundless: CallBudget = {
  admit: ({ maxOutputTokens }) => ({
    kind: 'go',
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    settle: () => undefined,
  }),
};

/**
 * Waits until a budget has room for a call, and throws the failure of one that has none. The caller settles the call,
 * whatever becomes of it: others may wait for that.
 */
export async function admitCall(
  budget: CallBudget,
  estimateFor: (model: NamedModel) => CallEstimate | Promise<CallEstimate>,
  { model: first, signal }: { readonly model: NamedModel; readonly signal: AbortSignal },
): Promise<AdmittedCall> {
  let model = first;
  const degraded: string[] = [];
  for (;;) {
    const estimate = await estimateFor(model);
    const admission = budget.admit({ ...estimate, ...(degraded.length > 0 && { degraded }) });
    switch (admission.kind) {
      case 'go': {
        const { kind: _, ...admitted } = admission;
        return { ...admitted, model };
      }
      case 'stop':
        throw failureError(admission.failure);
      case 'degrade':
        degraded.push(model.alias);
        model = admission.model;
        if (degraded.includes(model.alias)) throw degradedInCircles(model.alias);
        break;
      case 'wait':
        await eitherOf(admission.until, signal);
        if (signal.aborted) throw failureError({ code: 'cancelled.task', message: 'The call was cancelled.' });
    }
  }
}

/** A budget that asks for what another one degraded before would do so for ever. */
function degradedInCircles(alias: string): Error {
  return failureError({
    code: 'budget.exceeded',
    message: `The budgets leave no model to ask: one of them degrades to "${alias}", which another one degrades.`,
    hint: 'Raise a budget, or let the budgets degrade to the same model.',
  });
}

async function eitherOf(until: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = (): void => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) resolve();
  await Promise.race([until, promise]);
  signal.removeEventListener('abort', onAbort);
}
