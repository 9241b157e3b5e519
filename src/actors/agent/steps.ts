import type { StoreName } from '../../manifest/index.ts';
import type { ContextPackage, EventData, MemoryItem, PinnedText } from '../../services/index.ts';
import { appendMemory, queryMemory, type MemoryActor } from '../memory-actor.ts';
import { nextAgentState, readAgentState } from './agent-state.ts';
import { storeNames, type AgentCall, type AgentState } from './call.ts';
import { checkAnswer } from './check-answer.ts';
import { messageItem } from './message.ts';
import { asText, buildPrompt } from './prompt/index.ts';
import type { Step, StepRequest } from './step.ts';
import { useModel } from './use-model.ts';
import { useTools } from './use-tools.ts';

/** The steps of an agent stage, by the names that stage templates use. */
export const agentSteps = {
  async load_task_state({ call, services }) {
    const startedAt = services.now();
    const state = await readAgentState(call);
    return { startedAt, ...(state !== undefined && { state }) };
  },

  async assemble_context({ call, notes, services, memory }) {
    const { model } = call.agent;
    const pinned = pinnedState(notes.state);
    const profile = call.agent.profile ?? (pinned.length > 0 ? stateAlone : undefined);
    if (profile === undefined) return {};
    const context = await services.assembleContext({
      profile: profile.spec,
      stores: storesThrough(memory, call),
      query: `${asText(call.taskInput)}\n${asText(call.input)}`,
      pinned,
      direct: '',
      maxTokens: model.spec.context_window ?? profile.spec.max_tokens,
    });
    call.tell({ type: 'context.assembled', data: contextFact(profile.name, context, profile.spec.max_tokens) });
    return { context };
  },

  async build_prompt({ call, notes, services }) {
    const { outputSchema } = call.agent;
    const schema = outputSchema === undefined ? undefined : services.validator.bundle(outputSchema);
    const parts = { call, context: notes.context, schema, tools: call.tools, hash: services.hash };
    const plan = buildPrompt({ ...parts, toolUse: call.mayAct ? 'plan' : 'answer' });
    const isOne = call.tools.length === 0 || !call.mayAct;
    return { prompts: { plan, native: isOne ? plan : buildPrompt({ ...parts, toolUse: 'native' }) } };
  },

  call_llm: useModel,
  use_tools: useTools,
  validate_json: checkAnswer,

  async apply_agent_effects({ call, notes, services, memory }) {
    const item = messageItem({
      taskId: call.taskId,
      stage: call.stage,
      agent: call.agent.id,
      output: 'output' in notes ? notes.output : notes.reply?.text,
      at: services.now(),
      estimateTokens: services.estimateTokens,
    });
    await keepItem({ call, memory }, 'task_store', item);
    const { output, state: shown } = notes;
    const { now, estimateTokens } = services;
    const state = await nextAgentState({ call, output, shown, at: now(), estimateTokens });
    if (state !== undefined) await keepItem({ call, memory }, 'project_store', state);
    return {};
  },

  async emit_telemetry({ call, notes, services }) {
    const { agent, log } = call;
    const { prompt_tokens: inputTokens, completion_tokens: outputTokens, cost_usd: costUsd } = log.usage();
    call.tell({
      type: 'agent.answered',
      data: {
        agent: agent.id,
        model: agent.model.alias,
        calls: notes.talk?.calls ?? 0,
        durationMs: Math.max(0, services.now() - (notes.startedAt ?? services.now())),
        inputTokens,
        outputTokens,
        ...(costUsd !== undefined && { costUsd }),
      },
    });
    return {};
  },
} as const satisfies Record<string, Step>;

/** What stage templates list when they say nothing else; an agent uses its tools in between. */
export const agentTemplate = [
  'load_task_state',
  'assemble_context',
  'build_prompt',
  'call_llm',
  'validate_json',
  'apply_agent_effects',
  'emit_telemetry',
] as const satisfies readonly AgentStep[];

export type AgentStep = keyof typeof agentSteps;

export function isAgentStep(name: string): name is AgentStep {
  return Object.hasOwn(agentSteps, name);
}

async function keepItem(
  { call, memory }: Pick<StepRequest, 'call' | 'memory'>,
  store: StoreName,
  item: MemoryItem,
): Promise<void> {
  await appendMemory(memory, store, [item]);
  call.tell({ type: 'memory.written', data: { store, items: 1, tokens: item.token_cost } });
}

/** What an agent without a profile is shown: its own state. */
const stateAlone: NonNullable<AgentCall['agent']['profile']> = {
  name: 'agent_state',
  spec: { max_tokens: 8_000, sources: [] },
};

function pinnedState(state: AgentState | undefined): readonly PinnedText[] {
  return state === undefined || state.text === '' ? [] : [{ source: 'agent_state', text: state.text }];
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
