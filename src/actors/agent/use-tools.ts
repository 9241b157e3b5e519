import { failureError, type Failure } from '../../errors/index.ts';
import type { PromptMessage, ToolPlanStep } from '../../services/index.ts';
import type { StepNotes } from '../step-logic.ts';
import type { AgentNotes, AgentTool, ToolStepResult } from './call.ts';
import { fenceUntrusted } from './prompt/index.ts';
import type { StepRequest } from './step.ts';
import type { Act, Talk } from './talk.ts';

/** Carries out what the model asked for, and tells it what came of that. Nothing of it fails the stage: the model decides. */
export async function useTools({ call, notes }: StepRequest): Promise<StepNotes<AgentNotes>> {
  const { talk } = notes;
  if (talk?.act === undefined)
    throw failureError({ code: 'internal.bug', message: `Agent "${call.agent.id}" asked for no tool.` });
  const { act, ...before } = talk;
  const cycles = talk.cycles + 1;
  const { refused, made } = lookOver(act, call.tools, talk.made);
  const wanted = act.steps.filter(({ id }) => !refused.has(id));
  const results = new Map((await call.useTools(wanted, cycles)).map((result) => [result.id, result]));
  const told = act.steps.map((step): ToolStepResult => results.get(step.id) ?? failed(step, refused.get(step.id)));
  const last = cycles >= call.agent.maxSteps ? [lastWord] : [];
  const messages = [...before.messages, ...messagesOf(act, told), ...last];
  return { talk: { ...before, messages, cycles, made } satisfies Talk };
}

const lastWord: PromptMessage = {
  role: 'user',
  content: 'Your steps are used up. Call no further tool, and give your answer now.',
};

interface LookedOver {
  /** Why steps are not run, by their ids. */
  readonly refused: ReadonlyMap<string, Failure>;
  readonly made: readonly string[];
}

/** Steps that are not run: of tools that the agent does not have, cut off, or made before with nothing changed since. */
function lookOver({ steps, isCutOff }: Act, tools: readonly AgentTool[], before: readonly string[]): LookedOver {
  const refused = new Map<string, Failure>();
  let made = new Set(before);
  for (const step of steps) {
    const tool = tools.find(({ name }) => name === step.tool);
    const signature = JSON.stringify([step.tool, step.arguments]);
    const failure = isCutOff ? cutOff : tool === undefined ? unknownTool(step, tools) : undefined;
    if (failure !== undefined) refused.set(step.id, failure);
    else if (made.has(signature)) refused.set(step.id, repeated);
    else made = tool?.isReadOnly === true ? made.add(signature) : new Set([signature]);
  }
  return { refused, made: [...made] };
}

const cutOff: Failure = {
  code: 'tool.invalid_input',
  message: 'The answer was cut off at the token limit, so the call may not be whole. Nothing was run.',
  hint: 'Make fewer or shorter calls at a time.',
};

const repeated: Failure = {
  code: 'tool.invalid_input',
  message: 'You made the same call before and nothing has changed since, so it was not run again.',
  hint: 'Use the result that you have, do something else, or answer.',
};

function unknownTool({ tool }: ToolPlanStep, tools: readonly AgentTool[]): Failure {
  const known = tools.map(({ name }) => `"${name}"`).join(', ');
  return { code: 'tool.not_found', message: `You have no tool ${JSON.stringify(tool)}.`, hint: `You have ${known}.` };
}

function failed({ id, tool }: ToolPlanStep, failure: Failure | undefined): ToolStepResult {
  const stopped: Failure = { code: 'tool.failed', message: 'The step was not run, since the one before it failed.' };
  return { id, tool, ok: false, failure: failure ?? stopped };
}

function messagesOf({ callIds, problem }: Act, results: readonly ToolStepResult[]): readonly PromptMessage[] {
  if (problem !== undefined) return [{ role: 'user', content: `Your tool plan was not run. ${sentences(problem)}` }];
  if (callIds === undefined) {
    const parts = results.map(
      (result) => `Step "${result.id}" ${result.ok ? 'succeeded' : 'failed'}:\n${contentOf(result)}`,
    );
    return [{ role: 'user', content: ['Your tool plan was run.', ...parts].join('\n\n') }];
  }
  return results.map((result, at) => ({
    role: 'tool',
    callId: callIds[at] ?? result.id,
    tool: result.tool,
    content: contentOf(result),
    ...(!result.ok && { isError: true as const }),
  }));
}

const mostShown = 32_000;
const shownOfEnd = 8_000;

function contentOf(result: ToolStepResult): string {
  const said = result.ok ? asText(result.output) : sentences(result.failure);
  return fenceUntrusted(`tool/${result.tool}`, shortened(said));
}

function asText(output: unknown): string {
  return typeof output === 'string' ? output : JSON.stringify(output ?? null);
}

/** The beginning and the end, which say most. */
function shortened(text: string): string {
  if (text.length <= mostShown) return text;
  const left = text.length - mostShown;
  return `${text.slice(0, mostShown - shownOfEnd)}\n[… ${left} characters left out …]\n${text.slice(-shownOfEnd)}`;
}

function sentences({ code, message, hint }: Failure): string {
  return [message, hint, `(${code})`].filter((part) => part !== undefined).join(' ');
}
