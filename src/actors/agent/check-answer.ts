import { failureError } from '../../errors/index.ts';
import type { PromptMessage, Refused, Repaired } from '../../services/index.ts';
import type { StepNotes } from '../step-logic.ts';
import type { AgentNotes } from './call.ts';
import { plainFailure } from './plain-failure.ts';
import { shortened } from './shortened.ts';
import type { StepRequest } from './step.ts';
import { newTalk } from './talk.ts';

/** Reads the answer as its schema asks. One that cannot be read is asked for again, first of the same model, then of others. */
export async function checkAnswer(request: StepRequest): Promise<StepNotes<AgentNotes>> {
  const { call, notes, services } = request;
  const { outputSchema } = call.agent;
  const { text, isCutOff } = notes.reply ?? { text: '', isCutOff: false };
  if (outputSchema === undefined) return { output: text };
  const verdict = services.validator.judge(text, outputSchema, { isCutOff });
  if ('value' in verdict) {
    tellRead(request, verdict);
    return { output: verdict.value };
  }
  return askAgain(request, verdict, text);
}

/** Characters of a refused answer that the model is shown again. */
const mostShown = 32_000;

function tellRead({ call, notes }: StepRequest, { repair }: Repaired): void {
  const place = placeOf(call.agent.outputSchema, notes.talk?.calls);
  const { category, tier, lossless, actions, unlisted } = repair;
  call.tell({ type: 'json.validated', data: { ...place, repairs: actions.length + unlisted } });
  if (actions.length === 0) return;
  const kinds = [...new Set(actions.map(({ kind }) => kind))];
  call.tell({ type: 'json.repaired', data: { ...place, category, tier, lossless, kinds } });
}

function askAgain({ call, notes, services }: StepRequest, refused: Refused, text: string): StepNotes<AgentNotes> {
  const { agent } = call;
  const talk = notes.talk ?? newTalk;
  const { attempt: state, modelAt, sound = talk.messages.length } = talk;
  const escalations = state.model + agent.fallbackModels.length - modelAt;
  const next = services.nextAttempt(state, refused, { retries: agent.jsonRetries, escalations });
  const told = { ...placeOf(agent.outputSchema, talk.calls), failure: plainFailure(services.refusalFailure(refused)) };
  if (next.decision !== 'reask' && next.decision !== 'escalate') {
    call.tell({ type: 'json.failed', data: told });
    throw failureError(next.decision === 'fail' ? next.failure : services.refusalFailure(refused));
  }
  const { decision: strategy } = next;
  call.tell({ type: 'json.reasked', data: { ...told, category: refused.category, strategy } });
  const asked = { ...talk, attempt: next.state, sound };
  if (next.decision === 'escalate') {
    const messages = talk.messages.slice(0, sound);
    return { talk: { ...asked, messages, modelAt: modelAt + 1 }, next: 'call_llm' };
  }
  const said: PromptMessage[] = [
    { role: 'assistant', content: text.trim() === '' ? '(nothing)' : shortened(text, mostShown) }, // no provider takes an empty turn
    { role: 'user', content: next.correction },
  ];
  return { talk: { ...asked, messages: [...talk.messages, ...said] }, next: 'call_llm' };
}

function placeOf(
  schema: StepRequest['call']['agent']['outputSchema'],
  calls: number | undefined,
): { readonly schema?: string; readonly call?: number } {
  return { ...(typeof schema === 'string' && { schema }), ...(calls !== undefined && { call: calls }) };
}
