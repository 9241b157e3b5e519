import { failureError } from '../../errors/index.ts';
import type { ToolPlanStep } from '../../services/index.ts';
import type { StepNotes } from '../step-logic.ts';
import { nextAnswer } from './ask-model.ts';
import type { AgentNotes } from './call.ts';
import type { ModelAnswer } from './call-log.ts';
import type { StepRequest } from './step.ts';
import { newTalk, type Act, type Talk } from './talk.ts';
import { unfinishedFailure } from './unfinished.ts';

/** Asks the model, and says whether what it answers is to be done, checked, or asked of the next one. */
export async function useModel(request: StepRequest): Promise<StepNotes<AgentNotes>> {
  const { talk = newTalk } = request.notes;
  const answer = await nextAnswer(request);
  const asked: Talk = { ...talk, calls: talk.calls + 1 };
  if ('failure' in answer) return { talk: { ...asked, modelAt: talk.modelAt + 1 }, next: 'call_llm' };
  const { agent } = request.call;
  refuseUnfinished(agent.id, answer);
  const act = actOf(request, answer);
  if (act === undefined) {
    const isCutOff = answer.finishReason === 'length';
    if (agent.outputSchema === undefined) refuseNothing(agent.id, answer);
    return { talk: asked, reply: { text: answer.text, isCutOff } };
  }
  if (talk.cycles >= agent.maxSteps) throw outOfSteps(agent.id, agent.maxSteps);
  const { text: content, toolCalls } = answer;
  const said = { role: 'assistant', content, ...(toolCalls.length > 0 && { toolCalls }) } as const;
  return { talk: { ...asked, messages: [...talk.messages, said], act }, next: 'use_tools' };
}

/** What the model wants done: calls in the way of its provider, or a plan as text. An answer that fits is an answer. */
function actOf({ call, services }: StepRequest, { text, toolCalls, finishReason }: ModelAnswer): Act | undefined {
  const { agent } = call;
  if (agent.tools.length === 0 || !call.mayAct) return undefined;
  const isCutOff = finishReason === 'length';
  if (toolCalls.length > 0) {
    const steps = toolCalls.map(({ tool, arguments: given }, at): ToolPlanStep => ({
      id: `s${at + 1}`,
      tool,
      arguments: given,
      dependsOn: [],
      onError: 'continue',
    }));
    return { steps, callIds: toolCalls.map(({ id }) => id), isCutOff };
  }
  if (isCutOff || isAnswer({ call, services }, text)) return undefined;
  const plan = services.readPlan(text, agent);
  if (plan === undefined) return undefined;
  return 'problem' in plan ? { steps: [], problem: plan.problem, isCutOff } : { steps: plan.steps, isCutOff };
}

function isAnswer({ call, services }: Pick<StepRequest, 'call' | 'services'>, text: string): boolean {
  const { outputSchema } = call.agent;
  return outputSchema !== undefined && 'value' in services.validator.judge(text, outputSchema);
}

function refuseUnfinished(agent: string, answer: ModelAnswer): void {
  const failure = unfinishedFailure(agent, answer);
  if (failure !== undefined) throw failureError(failure);
}

/** Without a schema, any text is an answer that is whole. */
function refuseNothing(agent: string, { text, finishReason }: ModelAnswer): void {
  if (finishReason === 'length') throw cutOff(agent);
  if (text.trim() !== '') return;
  throw failureError({ code: 'agent.no_answer', message: `Agent "${agent}" answered with nothing.` });
}

function cutOff(agent: string): Error {
  return failureError({
    code: 'agent.no_answer',
    message: `Agent "${agent}" was cut off by the token limit before its answer was whole.`,
    hint: 'Raise "max_output_tokens", or ask for less.',
  });
}

function outOfSteps(agent: string, maxSteps: number): Error {
  return failureError({
    code: 'agent.step_limit',
    message: `Agent "${agent}" asked for tools ${maxSteps} times, wanted to ask once more, and gave no answer.`,
    hint: 'Raise "max_steps" of the agent, or say in its prompt when it is done.',
  });
}
