import { failureError, type Failure } from '../../errors/index.ts';
import type { PromptMessage, ToolPlanStep } from '../../services/index.ts';
import type { StepNotes } from '../step-logic.ts';
import type { AgentCall, AgentNotes, AgentServices, ToolStepResult } from './call.ts';
import { modelAt } from './ask-model.ts';
import { promptsFor } from './context-for.ts';
import { lookOver, madeBy, untilStopped } from './look-over.ts';
import { promptWith, roomForPrompt, tokensToAsk } from './prompt-tokens.ts';
import { tellDenial } from './tell-denial.ts';
import type { StepRequest } from './step.ts';
import type { Act, Talk } from './talk.ts';
import { messagesOf, mostShown } from './tool-messages.ts';

/** Carries out what the model asked for, and tells it what came of that. Nothing of it fails the stage: the model decides. */
export async function useTools(request: StepRequest): Promise<StepNotes<AgentNotes>> {
  const { call, notes, services } = request;
  const { talk } = notes;
  if (talk?.act === undefined)
    throw failureError({ code: 'internal.bug', message: `Agent "${call.agent.id}" asked for no tool.` });
  const { act, ...before } = talk;
  const cycles = talk.cycles + 1;
  const refused = lookOver(act, call, talk.made);
  for (const step of act.steps) tellRefusal(call, services, { step, failure: refused.get(step.id) });
  if (act.problem !== undefined) tellDenial(call.tell, { agent: call.agent.id }, act.problem);
  const wanted = untilStopped(act.steps, refused);
  keepRefusals({ act, cycles, refused, wanted }, call.log);
  const results = new Map((await call.useTools(wanted, cycles)).map((result) => [result.id, result]));
  const told = act.steps.map((step): ToolStepResult => results.get(step.id) ?? failed(step, refused.get(step.id)));
  const made = madeBy(act.steps, told, { tools: call.tools, before: talk.made });
  const last = cycles >= call.agent.maxSteps ? [lastWord] : [];
  const messages = await messagesWithin(request, { act, told, before: before.messages, last });
  return { talk: { ...before, messages, cycles, made } satisfies Talk };
}

interface Told {
  readonly act: Act;
  readonly told: readonly ToolStepResult[];
  readonly before: readonly PromptMessage[];
  readonly last: readonly PromptMessage[];
}

/** Results that have no room in the window of the model are shown shorter: it can ask for parts of them. */
async function messagesWithin(
  request: StepRequest,
  { act, told, before, last }: Told,
): Promise<readonly PromptMessage[]> {
  const model = modelAt(request, request.notes.talk?.modelAt ?? 0);
  const room = roomForPrompt(request, model);
  const prompts = room === Infinity ? undefined : await promptsFor(request, model);
  for (let characters = mostShown; ; characters = Math.floor(characters / 2)) {
    const messages = [...before, ...messagesOf(act, told, characters), ...last];
    if (prompts === undefined || characters < fewestShown) return messages;
    if (tokensToAsk(request, model, promptWith(model, prompts, messages)) <= room) return messages;
  }
}

/** Characters of results below which shortening helps no more. */
const fewestShown = 500;

interface Refused {
  readonly act: Act;
  readonly cycles: number;
  readonly refused: ReadonlyMap<string, Failure>;
  readonly wanted: readonly ToolPlanStep[];
}

/** What is not even tried is kept beside what was: whoever looks back sees why nothing came of it. */
function keepRefusals({ act, cycles, refused, wanted }: Refused, log: AgentCall['log']): void {
  const { problem } = act;
  if (problem !== undefined) {
    const tool = problem.details?.['tool'];
    log.saveRefusal(`${cycles}/plan`, { ...(typeof tool === 'string' && { tool }), failure: problem });
  }
  const left = act.steps.filter((step) => !wanted.includes(step));
  // One that asks for too much would fill the store with it.
  for (const { id, tool } of left.slice(0, mostKept)) {
    log.saveRefusal(`${cycles}/${id}`, { tool: tool.slice(0, mostOfName), failure: refused.get(id) ?? stopped });
  }
}

const mostKept = 100;
const mostOfName = 128;
const stopped: Failure = { code: 'tool.failed', message: 'The step was not run, since the one before it failed.' };
const lastWord: PromptMessage = {
  role: 'user',
  content: 'Your steps are used up. Call no further tool, and give your answer now.',
};

interface RefusedStep {
  readonly step: ToolPlanStep;
  readonly failure: Failure | undefined;
}

function tellRefusal({ agent, tell }: AgentCall, { hash }: AgentServices, { step, failure }: RefusedStep): void {
  if (failure === undefined) return;
  const argumentsHash = hash(JSON.stringify(step.arguments ?? {}));
  tellDenial(tell, { agent: agent.id, step: step.id, argumentsHash }, failure);
}

function failed({ id, tool }: ToolPlanStep, failure: Failure | undefined): ToolStepResult {
  return { id, tool, ok: false, failure: failure ?? stopped };
}
