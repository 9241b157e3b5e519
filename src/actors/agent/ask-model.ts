import { failureError, failureKinds, failureOf, type Failure } from '../../errors/index.ts';
import type { EventData, GenerateOptions, LLMResult, Prompt } from '../../services/index.ts';
import { admitCall } from './admission.ts';
import type { CallEstimate } from './budget.ts';
import type { PromptVariants } from './call.ts';
import type { FailedAnswer, LostAnswer, ModelAnswer } from './call-log.ts';
import type { NamedModel } from './named-model.ts';
import { promptHash } from './prompt/index.ts';
import { promptsFor } from './context-for.ts';
import { plainFailure } from './plain-failure.ts';
import { besidePrompt, checkWindow, promptWith, roomForPrompt, tokensToAsk } from './prompt-tokens.ts';
import type { StepRequest } from './step.ts';
import { newTalk, type Talk } from './talk.ts';
import { unfinishedFailure } from './unfinished.ts';
import { usageOf } from './usage-of.ts';

/** One call of a model: its number within the conversation, and everything that it is asked with. */
interface Asking {
  readonly request: StepRequest;
  readonly prompts: PromptVariants;
  readonly talk: Talk;
  readonly number: number;
  readonly model: NamedModel;
  /** As plugins left it. Absent where none was asked. */
  readonly prompt?: Prompt;
  /** What has come of the answer; absent before its first part. */
  heard?: string;
}

/**
 * The answer to the next call of the conversation: the one that is in the log, or else a new one, which is in the log when this
 * resolves. A failure that another attempt cannot help with, or that no other attempt follows, is an answer, too, while
 * there is a further model to ask.
 */
export async function nextAnswer(request: StepRequest): Promise<ModelAnswer | FailedAnswer> {
  const { call, notes } = request;
  const { talk = newTalk } = notes;
  const number = talk.calls + 1;
  const known = call.log.answer(number);
  if (known !== undefined) return takenUp(request, talk, { answer: known, number });
  const model = modelAt(request, talk.modelAt);
  try {
    const answer = await ask({ request, prompts: await promptsFor(request, model), talk, number, model });
    const unfinished = unfinishedFailure(call.agent.id, answer);
    const isLeft = unfinished !== undefined && isForAnother(request, talk, unfinished);
    const made = isLeft ? { model: answer.model, failure: unfinished, usage: answer.usage } : answer;
    call.log.saveAnswer(number, made); // before plugins look at it: it has been paid for
    return await takenUp(request, talk, { answer: made, number });
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined || !isForAnother(request, talk, failure)) throw error;
    const failed = { model: model.alias, failure: plainFailure(failure) };
    call.log.saveAnswer(number, failed);
    return failed;
  }
}

/** An answer that is in the log, as plugins leave it. They may refuse one that no other model is left to give. */
async function takenUp(
  request: StepRequest,
  talk: Talk,
  { answer: made, number }: { readonly answer: ModelAnswer | FailedAnswer; readonly number: number },
): Promise<ModelAnswer | FailedAnswer> {
  const model = modelAt(request, talk.modelAt);
  const answer = 'failure' in made ? made : await review(request, { model, number }, made);
  if (!('failure' in answer) || failureKinds[answer.failure.code].category !== 'plugin') return answer;
  if (isForAnother(request, talk, answer.failure)) return answer;
  throw failureError(answer.failure);
}

/** What plugins leave of an answer. One that they refuse has been paid for all the same. */
async function review(
  { call }: StepRequest,
  asked: { readonly model: NamedModel; readonly number: number },
  answer: ModelAnswer,
): Promise<ModelAnswer | FailedAnswer> {
  if (call.hooks.afterLlm === undefined) return answer;
  try {
    return await call.hooks.afterLlm(asked, answer);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined || call.signal.aborted) throw error;
    return { model: answer.model, failure: plainFailure(failure), usage: answer.usage };
  }
}

export function modelAt({ call }: StepRequest, at: number): NamedModel {
  const { model, fallbackModels } = call.agent;
  return at === 0 ? model : (fallbackModels[at - 1] ?? model);
}

function isForAnother({ call }: StepRequest, { modelAt: at }: Talk, { code }: Failure): boolean {
  const kind = failureKinds[code];
  if (!('fallback' in kind) || at >= call.agent.fallbackModels.length) return false;
  return call.isLastAttempt || !kind.retryable;
}

/** Asks, unless the budget is spent; another model, when the budget says so. */
async function ask(asking: Asking): Promise<ModelAnswer> {
  const { request, number } = asking;
  const { call, signal } = request;
  const passed = new Map<string, Prompt>();
  const askingOf = async (model: NamedModel): Promise<Asking> =>
    throughPlugins({ ...asking, model, prompts: await promptsFor(request, model) }, passed);
  const estimateFor = async (model: NamedModel): Promise<CallEstimate> => {
    const wanted = call.agent.maxOutputTokens ?? model.spec.max_output_tokens;
    const promptTokens = promptTokensOf(await askingOf(model));
    return { model, promptTokens, ...(wanted !== undefined && { maxOutputTokens: wanted }) };
  };
  const { model, maxOutputTokens, settle } = await admitCall(call.budget, estimateFor, { model: asking.model, signal });
  const admitted = await askingOf(model);
  let release: (() => void) | undefined;
  try {
    checkWindow(call.agent.id, model, promptTokensOf(admitted));
    release = await call.takePlace(model); // not before the budget has let it in: who holds a place waits for nobody
    call.log.watch({ number, soFar: () => lostIn(admitted) });
    const answer = await answerOf(admitted, promptFor(admitted), maxOutputTokens);
    settle(answer.usage);
    return answer;
  } catch (error) {
    const lost = lostIn(admitted);
    settle(lost?.usage);
    if (lost !== undefined && !signal.aborted) call.log.saveLost(number, lost);
    throw error;
  } finally {
    call.log.watch(undefined);
    settle();
    release?.();
  }
}

/** With the prompt that plugins leave of it. They are asked once for each model that the call may be made of. */
async function throughPlugins(asking: Asking, passed: Map<string, Prompt>): Promise<Asking> {
  const { request, model, number } = asking;
  const { beforeLlm } = request.call.hooks;
  if (beforeLlm === undefined) return asking;
  const known = passed.get(model.alias);
  const tokensOf = (prompt: Prompt): number => tokensToAsk(request, model, prompt);
  const room = roomForPrompt(request, model);
  const prompt = known ?? (await beforeLlm({ model, number, prompt: promptFor(asking), room, tokensOf }));
  passed.set(model.alias, prompt);
  return { ...asking, prompt };
}

/** What a call came to that gave no answer, by an estimate: a provider that has begun one charges for the prompt. */
function lostIn(asking: Asking): LostAnswer | undefined {
  const { request, model, heard } = asking;
  if (heard === undefined) return undefined;
  const { estimateTokens, costOf } = request.services;
  const [promptTokens, completionTokens] = [promptTokensOf(asking), estimateTokens(heard)];
  const usage = usageOf(
    { promptTokens, completionTokens, cachedTokens: 0 },
    costOf({ promptTokens, completionTokens, cachedTokens: 0 }, model.price),
  );
  return { model: model.alias, isLost: true, usage };
}

function promptTokensOf(asking: Asking): number {
  return tokensToAsk(asking.request, asking.model, promptFor(asking));
}

/** What the model is shown: the prompt for its kind, what was said since, and where the agent stands. */
function promptFor({ request, prompts, talk, model, prompt: passed }: Asking): Prompt {
  if (passed !== undefined) return passed;
  const prompt = promptWith(model, prompts, talk.messages);
  return { ...prompt, subject: { ...prompt.subject, call: request.call.log.callCount } };
}

async function answerOf(asking: Asking, prompt: Prompt, maxOutputTokens: number | undefined): Promise<ModelAnswer> {
  const { request, number, model } = asking;
  const { call, services } = request;
  const named = namesOf(model, number);
  const startedAt = services.now();
  const passedMs = (): number => Math.max(0, services.now() - startedAt);
  const promptTokens = promptTokensOf(asking);
  call.tell({
    type: 'llm.requested',
    data: {
      ...named,
      templateVersion: prompt.templateVersion,
      promptHash: promptHash(prompt, services.hash),
      promptTokens,
      system: prompt.system,
      messages: prompt.messages,
    },
  });
  try {
    const result = await streamed(asking, prompt, optionsOf(asking, maxOutputTokens));
    const usage = usageOf(result, result.costEstimate);
    const { text, toolCalls, finishReason } = result;
    call.tell({
      type: 'llm.responded',
      data: {
        ...named,
        durationMs: passedMs(),
        finishReason,
        inputTokens: usage.prompt_tokens,
        outputTokens: usage.completion_tokens,
        cachedTokens: usage.cached_tokens,
        ...(usage.cost_usd !== undefined && { costUsd: usage.cost_usd }),
        text,
        toolCalls,
      },
    });
    return { model: model.alias, text, toolCalls, finishReason, usage };
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== undefined)
      call.tell({ type: 'llm.failed', data: { ...named, durationMs: passedMs(), failure: plainFailure(failure) } });
    throw error;
  }
}

type ModelNames = Pick<EventData<'llm.chunk'>, 'provider' | 'model' | 'requestModel' | 'call'>;

function namesOf({ spec: { provider, model = '' }, alias }: NamedModel, call: number): ModelNames {
  return { provider, model: alias, ...(model !== '' && model !== alias && { requestModel: model }), call };
}

/** Partial answers are shown, and never acted on. */
async function streamed(asking: Asking, prompt: Prompt, options: GenerateOptions): Promise<LLMResult> {
  const { request, number, model } = asking;
  const named = namesOf(model, number);
  for await (const { text, result } of model.client.stream(prompt, options)) {
    asking.heard = (asking.heard ?? '') + text;
    if (text !== '') request.call.tell({ type: 'llm.chunk', data: { ...named, characters: text.length, text } });
    if (result !== undefined) return result;
  }
  throw failureError({ code: 'internal.bug', message: `The stream of model "${model.alias}" has no result.` });
}

function optionsOf({ request, number, model, talk }: Asking, maxOutputTokens: number | undefined): GenerateOptions {
  const { call, signal } = request;
  const { agent, idempotencyKey } = call;
  const { tools, outputSchema } = besidePrompt(request, model);
  const toolChoice = talk.cycles < agent.maxSteps ? 'auto' : 'none';
  return {
    model: model.spec.model ?? model.alias,
    signal,
    idempotencyKey: `${idempotencyKey}/${number}`,
    ...(outputSchema !== undefined && { outputSchema }),
    ...(tools !== undefined && { tools, toolChoice }),
    ...(agent.temperature !== undefined && { temperature: agent.temperature }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}
