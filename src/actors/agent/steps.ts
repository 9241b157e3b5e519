import { failureError, failureOf, type Failure, type FailureKind } from '../../errors/index.ts';
import type { JsonSchema, StoreName } from '../../manifest/index.ts';
import type { ContextPackage, EventData, FinishReason, LLMResult } from '../../services/index.ts';
import { appendMemory, queryMemory, type MemoryActor } from '../memory-actor.ts';
import { storeNames, type AgentCall, type AgentNotes, type AgentReply, type AgentServices } from './call.ts';
import { messageItem } from './message.ts';
import { asText, buildPrompt } from './prompt.ts';

/** What a step is given. */
export interface StepRequest {
  readonly call: AgentCall;
  readonly notes: AgentNotes;
  readonly services: AgentServices;
  readonly memory: MemoryActor;
  readonly signal: AbortSignal;
}

type Step = (request: StepRequest) => Promise<AgentNotes>;

/** The steps of an agent stage, by the names that stage templates use. */
export const agentSteps = {
  load_task_state: async ({ services }) => ({ startedAt: services.now() }),

  async assemble_context({ call, services, memory }) {
    const { profile, model } = call.agent;
    if (profile === undefined) return {};
    const context = await services.assembleContext({
      profile: profile.spec,
      stores: storesThrough(memory, call),
      query: `${asText(call.taskInput)}\n${asText(call.input)}`,
      pinned: [],
      direct: '',
      maxTokens: model.spec.context_window ?? profile.spec.max_tokens,
    });
    call.tell({ type: 'context.assembled', data: contextFact(profile.name, context, profile.spec.max_tokens) });
    return { context };
  },

  async build_prompt({ call, notes, services }) {
    const { outputSchema } = call.agent;
    const schema = outputSchema === undefined ? undefined : services.validator.bundle(outputSchema);
    return { prompt: buildPrompt({ call, context: notes.context, schema, hash: services.hash }) };
  },

  call_llm: async (request) => ({ reply: await askModel(request) }),

  async validate_json({ call, notes, services }) {
    const { outputSchema } = call.agent;
    const text = notes.reply?.text ?? '';
    if (outputSchema === undefined) return { output: text };
    const schema = typeof outputSchema === 'string' ? { schema: outputSchema } : {};
    try {
      const { value } = services.validator.readJson(text, outputSchema);
      call.tell({ type: 'json.validated', data: schema });
      return { output: value };
    } catch (error) {
      const failure = failureOf(error);
      if (failure !== undefined)
        call.tell({ type: 'json.failed', data: { ...schema, failure: plainFailure(failure) } });
      throw error;
    }
  },

  async apply_agent_effects({ call, notes, services, memory }) {
    const item = messageItem({
      taskId: call.taskId,
      stage: call.stage,
      agent: call.agent.id,
      output: 'output' in notes ? notes.output : notes.reply?.text,
      at: services.now(),
      estimateTokens: services.estimateTokens,
    });
    await appendMemory(memory, 'task_store', [item]);
    call.tell({ type: 'memory.written', data: { store: 'task_store', items: 1, tokens: item.token_cost } });
    return {};
  },

  async emit_telemetry({ call, notes, services }) {
    const { agent } = call;
    const usage = notes.reply?.usage;
    call.tell({
      type: 'agent.answered',
      data: {
        agent: agent.id,
        model: agent.model.alias,
        calls: 1,
        durationMs: Math.max(0, services.now() - (notes.startedAt ?? services.now())),
        ...(usage !== undefined && { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens }),
      },
    });
    return {};
  },
} as const satisfies Record<string, Step>;

export type AgentStep = keyof typeof agentSteps;

export function isAgentStep(name: string): name is AgentStep {
  return Object.hasOwn(agentSteps, name);
}

/** The stores as seen through the memory actor. */
function storesThrough(
  memory: MemoryActor,
  call: AgentCall,
): Record<StoreName, Pick<AgentCall['stores'][StoreName], 'query'>> {
  const through = (store: StoreName): Pick<AgentCall['stores'][StoreName], 'query'> => ({
    query: async (query) => {
      const items = await queryMemory(memory, store, query);
      const tokens = items.reduce((sum, item) => sum + item.token_cost, 0);
      call.tell({ type: 'memory.read', data: { store, policy: query.policy, items: items.length, tokens } });
      return items;
    },
  });
  const [task, project, global] = storeNames;
  return { [task]: through(task), [project]: through(project), [global]: through(global) };
}

function contextFact(profile: string, context: ContextPackage, maxTokens: number): EventData<'context.assembled'> {
  const { items, leftOut, tokens, fingerprint } = context;
  return { profile, items: items.length, leftOut: leftOut.length, tokens, maxTokens, fingerprint };
}

async function askModel({ call, notes, services, signal }: StepRequest): Promise<AgentReply> {
  const { agent, tell, idempotencyKey } = call;
  const { prompt } = notes;
  if (prompt === undefined) throw failureError({ code: 'internal.bug', message: `Agent "${agent.id}" has no prompt.` });
  const named = { provider: agent.model.spec.provider, model: agent.model.alias, call: 1 };
  const startedAt = services.now();
  tell({
    type: 'llm.requested',
    data: { ...named, promptHash: prompt.templateVersion, promptTokens: agent.model.client.countTokens(prompt) },
  });
  try {
    const result = await agent.model.client.generate(prompt, {
      model: agent.model.spec.model ?? agent.model.alias,
      signal,
      idempotencyKey,
      ...(agent.outputSchema !== undefined && { outputSchema: bundled(services, agent.outputSchema) }),
      ...(agent.temperature !== undefined && { temperature: agent.temperature }),
      ...(agent.maxOutputTokens !== undefined && { maxOutputTokens: agent.maxOutputTokens }),
    });
    const durationMs = Math.max(0, services.now() - startedAt);
    const reply = replyOf(result, services.costOf(result, agent.model.spec.price));
    tell({
      type: 'llm.responded',
      data: {
        ...named,
        durationMs,
        finishReason: result.finishReason,
        inputTokens: result.promptTokens,
        outputTokens: result.completionTokens,
        cachedTokens: result.cachedTokens,
        ...(reply.usage.cost_usd !== undefined && { costUsd: reply.usage.cost_usd }),
      },
    });
    refuseUnfinished(agent.id, result.finishReason);
    return reply;
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== undefined)
      tell({
        type: 'llm.failed',
        data: { ...named, durationMs: Math.max(0, services.now() - startedAt), failure: plainFailure(failure) },
      });
    throw error;
  }
}

const unfinished = {
  refusal: { code: 'agent.refused', what: 'refused to answer' },
  content_filter: { code: 'provider.content_filter', what: 'was stopped by the filter of the provider' },
  length: { code: 'agent.no_answer', what: 'was cut off by the token limit before its answer was whole' },
} as const satisfies Partial<Record<FinishReason, { code: FailureKind; what: string }>>;

/** What a model says when it did not come to an end is no answer, however much of one it looks. */
function refuseUnfinished(agent: string, reason: FinishReason): void {
  if (reason !== 'refusal' && reason !== 'content_filter' && reason !== 'length') return;
  const { code, what } = unfinished[reason];
  throw failureError({ code, message: `Agent "${agent}" ${what}.` });
}

function bundled(services: AgentServices, reference: NonNullable<AgentCall['agent']['outputSchema']>): JsonSchema {
  return services.validator.bundle(reference);
}

function replyOf(result: LLMResult, costUsd: number | undefined): AgentReply {
  return {
    text: result.text,
    usage: {
      prompt_tokens: result.promptTokens,
      completion_tokens: result.completionTokens,
      cached_tokens: result.cachedTokens,
      ...(costUsd !== undefined && { cost_usd: costUsd }),
    },
  };
}

function plainFailure({ code, message, hint }: Failure): Failure {
  return { code, message, ...(hint !== undefined && { hint }) };
}
