import {
  checkWindow,
  plainFailure,
  promptHash,
  roomForPrompt,
  usageOf,
  type AgentHooks,
  type ModelAnswer,
  type ReadyAgent,
} from '../../actors/index.ts';
import { failureError, failureOf } from '../../errors/index.ts';
import { hashOf, type Places, type TaskFact } from '../../hosts/index.ts';
import type { ProjectSpec } from '../../manifest/index.ts';
import {
  createLedger,
  requestAnswerSchema,
  tokenCounterFor,
  type BudgetListener,
  type LLMResult,
  type Prompt,
} from '../../services/index.ts';
import { scopesOf, type TaskBudget } from '../stages/budget-scopes.ts';
import { takePlace } from '../stages/call-places.ts';
import { providerPlaces } from '../stages/stage-limits.ts';

export interface CallParts {
  readonly agent: ReadyAgent;
  readonly project: ProjectSpec;
  readonly places: Places;
  readonly now: () => number;
}

export interface ReaderCall {
  readonly prompt: Prompt;
  readonly taskId: string;
  /** What overrides that are known without the answer say of the budget of the task. */
  readonly budget: TaskBudget;
  readonly hooks: Pick<AgentHooks, 'beforeLlm' | 'afterLlm'>;
  readonly tell: (fact: TaskFact) => void;
  readonly signal: AbortSignal;
  /** Told of an answer before plugins look at it: it has been paid for. */
  readonly paid: (usage: ModelAnswer['usage']) => void;
}

/** The ledger of the task tells of its budgets once it begins. */
const silent: BudgetListener = { warned: () => undefined, exceeded: () => undefined };

/** One call of the model of an agent that reads requests, as plugins, budgets and places allow it. Throws the failure of what does not. */
export async function askReader(parts: CallParts, call: ReaderCall): Promise<ModelAnswer> {
  const { agent } = parts;
  const { model } = agent;
  const { hooks, signal, taskId } = call;
  const tokensOf = (prompt: Prompt): number =>
    model.client.countTokens(prompt) + tokenCounterFor(model.spec, model.alias)(JSON.stringify(requestAnswerSchema));
  const room = roomForPrompt({ call: { agent } }, model);
  const number = 1;
  const prompt = (await hooks.beforeLlm?.({ model, number, prompt: call.prompt, room, tokensOf })) ?? call.prompt;
  const promptTokens = tokensOf(prompt);
  const bounds = admitted(parts, call, promptTokens);
  checkWindow(agent.id, model, promptTokens);
  const needs = [providerPlaces(model.spec.provider)];
  const release = await takePlace(parts.places, { turn: taskId, needs, signal });
  try {
    const answer = await generated(parts, { ...call, prompt }, { ...bounds, promptTokens });
    call.paid(answer.usage);
    return (await hooks.afterLlm?.({ model, number }, answer)) ?? answer;
  } finally {
    release();
  }
}

/** How long an answer may be that the budgets of the task leave room for. Throws the failure of one that leaves too little. */
function admitted(
  { agent, project }: CallParts,
  { taskId, budget }: ReaderCall,
  promptTokens: number,
): { readonly maxOutputTokens?: number } {
  const { alias, spec, price } = agent.model;
  const wanted = agent.maxOutputTokens ?? spec.max_output_tokens;
  const verdict = createLedger().admit({
    scopes: scopesOf(project, { taskId, agent: agent.id }, budget),
    listener: silent,
    alias,
    promptTokens,
    ...(wanted !== undefined && { maxOutputTokens: wanted }),
    ...(price !== undefined && { price }),
  });
  if (verdict.kind === 'stop') throw failureError(verdict.failure);
  if (verdict.kind === 'go')
    return verdict.maxOutputTokens === undefined ? {} : { maxOutputTokens: verdict.maxOutputTokens };
  throw failureError({
    code: 'budget.exceeded',
    message: `A budget leaves too little for a call of the model "${alias}", which is the only one that agent "${agent.id}" reads requests with.`,
    hint: 'Raise the budget, or give the agent a model that costs less.',
  });
}

interface Bounds {
  readonly promptTokens: number;
  readonly maxOutputTokens?: number;
}

async function generated(
  { agent, now }: CallParts,
  { prompt, taskId, tell, signal }: ReaderCall,
  { promptTokens, maxOutputTokens }: Bounds,
): Promise<ModelAnswer> {
  const { alias, spec, client } = agent.model;
  const { provider, model: requestModel = '' } = spec;
  const named = { provider, model: alias, ...(requestModel !== '' && requestModel !== alias && { requestModel }) };
  const startedAt = now();
  const passedMs = (): number => Math.max(0, now() - startedAt);
  const { templateVersion } = prompt;
  const hash = promptHash(prompt, hashOf);
  tell({ type: 'llm.requested', data: { ...named, call: 1, templateVersion, promptHash: hash, promptTokens } });
  try {
    const result = await client.generate(prompt, {
      model: requestModel === '' ? alias : requestModel,
      signal,
      idempotencyKey: `${taskId}/request`,
      outputSchema: requestAnswerSchema,
      ...(agent.temperature !== undefined && { temperature: agent.temperature }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    });
    const { finishReason, text, toolCalls } = result;
    const durationMs = passedMs();
    const spent = spentOn(result);
    tell({ type: 'llm.responded', data: { ...named, call: 1, durationMs, finishReason, ...spent } });
    tell({ type: 'agent.answered', data: { agent: agent.id, model: alias, calls: 1, durationMs, ...spent } });
    return { model: alias, text, toolCalls, finishReason, usage: usageOf(result, result.costEstimate) };
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== undefined)
      tell({ type: 'llm.failed', data: { ...named, call: 1, durationMs: passedMs(), failure: plainFailure(failure) } });
    throw error;
  }
}

function spentOn({ promptTokens, completionTokens, cachedTokens, costEstimate }: LLMResult): {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly costUsd?: number;
} {
  const counts = { inputTokens: promptTokens, outputTokens: completionTokens, cachedTokens };
  return { ...counts, ...(costEstimate !== undefined && { costUsd: costEstimate }) };
}
