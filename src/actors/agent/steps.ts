import type { StoreName } from '../../manifest/index.ts';
import type { MemoryItem } from '../../services/index.ts';
import { keepAgentState, readAgentState } from './agent-state.ts';
import { checkAnswer } from './check-answer.ts';
import type { AgentNotes } from './call.ts';
import { contextFor } from './context-for.ts';
import { writeMemory } from './hooked-memory.ts';
import { reviewedOutput } from './reviewed-output.ts';
import { messageItem } from './message.ts';
import { promptVariants } from './prompt-variants.ts';
import type { AgentCall } from './call.ts';
import type { Step } from './step.ts';
import { useModel } from './use-model.ts';
import { useTools } from './use-tools.ts';

/** The steps of an agent stage, by the names that stage templates use. */
export const agentSteps = {
  async load_task_state({ call, services }) {
    const startedAt = services.now();
    const state = await readAgentState(call);
    return { startedAt, ...(state !== undefined && { state }) };
  },

  async assemble_context(request) {
    const context = await contextFor(request, request.call.agent.model);
    return context === undefined ? {} : { context };
  },

  async build_prompt({ call, notes, services }) {
    return { prompts: promptVariants({ call, services }, notes.context) };
  },

  call_llm: useModel,
  use_tools: useTools,
  validate_json: checkAnswer,

  async apply_agent_effects({ call, services, memory, ...request }) {
    const reviewed = await reviewedOutput({ call, notes: request.notes });
    const notes: AgentNotes = { ...request.notes, ...reviewed };
    const item = messageItem({
      taskId: call.taskId,
      stage: call.stage,
      agent: call.agent.id,
      output: 'output' in notes ? notes.output : notes.reply?.text,
      at: services.now(),
      estimateTokens: services.estimateTokens,
    });
    for (const written of await writeMemory({ call, memory }, 'task_store', [item]))
      tellWritten(call, 'task_store', written);
    const { output, state: shown } = notes;
    const { now, estimateTokens } = services;
    const state = await keepAgentState({ call, output, shown, at: now(), estimateTokens });
    if (state !== undefined) tellWritten(call, 'project_store', state);
    return reviewed;
  },

  async emit_telemetry({ call, notes, services }) {
    const { agent, variant, log } = call;
    const { prompt_tokens: inputTokens, completion_tokens: outputTokens, cost_usd: costUsd } = log.usage();
    call.tell({
      type: 'agent.answered',
      data: {
        agent: agent.id,
        model: agent.model.alias,
        ...(variant !== undefined && { variant }),
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

function tellWritten({ tell }: AgentCall, store: StoreName, { token_cost: tokens }: MemoryItem): void {
  tell({ type: 'memory.written', data: { store, items: 1, tokens } });
}
