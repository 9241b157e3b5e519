import { failureError, type Failure } from '../../errors/index.ts';
import type { PromptMessage, ToolPlanStep } from '../../services/index.ts';
import type { StepNotes } from '../step-logic.ts';
import type { AgentNotes, AgentTool, ToolStepResult } from './call.ts';
import { fenceUntrusted } from './prompt/index.ts';
import { shortened } from './shortened.ts';
import type { StepRequest } from './step.ts';
import type { Act, Talk } from './talk.ts';

/** Carries out what the model asked for, and tells it what came of that. Nothing of it fails the stage: the model decides. */
export async function useTools({ call, notes }: StepRequest): Promise<StepNotes<AgentNotes>> {
  const { talk } = notes;
  if (talk?.act === undefined)
    throw failureError({ code: 'internal.bug', message: `Agent "${call.agent.id}" asked for no tool.` });
  const { act, ...before } = talk;
  const cycles = talk.cycles + 1;
  const refused = lookOver(act, call.tools, talk.made);
  const wanted = untilStopped(act.steps, refused);
  const results = new Map((await call.useTools(wanted, cycles)).map((result) => [result.id, result]));
  const told = act.steps.map((step): ToolStepResult => results.get(step.id) ?? failed(step, refused.get(step.id)));
  const made = madeBy(act.steps, told, { tools: call.tools, before: talk.made });
  const last = cycles >= call.agent.maxSteps ? [lastWord] : [];
  const messages = [...before.messages, ...messagesOf(act, told), ...last];
  return { talk: { ...before, messages, cycles, made } satisfies Talk };
}

const lastWord: PromptMessage = {
  role: 'user',
  content: 'Your steps are used up. Call no further tool, and give your answer now.',
};

/** What models ask for in one answer; more is a model that runs away. */
const mostSteps = 100;

/** Why steps are not run, by their ids: they are cut off, too many, of tools that the agent lacks, or would tell nothing new. */
function lookOver(
  { steps, isCutOff }: Act,
  tools: readonly AgentTool[],
  before: readonly string[],
): ReadonlyMap<string, Failure> {
  const refused = new Map<string, Failure>();
  let made = new Set(before);
  for (const [at, step] of steps.entries()) {
    const tool = toolOf(step, tools);
    const signature = signatureOf(step);
    const failure = isCutOff
      ? cutOff
      : at >= mostSteps
        ? tooMany
        : tool === undefined
          ? unknownTool(step, tools)
          : undefined;
    if (failure !== undefined) refused.set(step.id, failure);
    else if (made.has(signature)) refused.set(step.id, repeated);
    else made = after(made, signature, tool);
  }
  return refused;
}

/** A step that is refused stops a plan like one that fails. */
function untilStopped(steps: readonly ToolPlanStep[], refused: ReadonlyMap<string, Failure>): readonly ToolPlanStep[] {
  const stop = steps.findIndex(({ id, onError }) => refused.has(id) && onError !== 'continue');
  return (stop === -1 ? steps : steps.slice(0, stop)).filter(({ id }) => !refused.has(id));
}

interface Before {
  readonly tools: readonly AgentTool[];
  readonly before: readonly string[];
}

/** The calls that would tell nothing new: those that succeeded, or failed for good, since something was changed. */
function madeBy(
  steps: readonly ToolPlanStep[],
  results: readonly ToolStepResult[],
  { tools, before }: Before,
): readonly string[] {
  let made = new Set(before);
  for (const [at, step] of steps.entries()) {
    const result = results[at];
    if (result?.ok === true) made = after(made, signatureOf(step), toolOf(step, tools));
  }
  return [...made];
}

function after(made: ReadonlySet<string>, signature: string, tool: AgentTool | undefined): Set<string> {
  return tool?.isReadOnly === true ? new Set([...made, signature]) : new Set([signature]);
}

function toolOf(step: ToolPlanStep, tools: readonly AgentTool[]): AgentTool | undefined {
  return tools.find(({ name }) => name === step.tool);
}

/** The same for the same arguments in another order. */
function signatureOf({ tool, arguments: given }: ToolPlanStep): string {
  return JSON.stringify([tool, given], (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}

const tooMany: Failure = {
  code: 'tool.invalid_input',
  message: `An answer may ask for ${mostSteps} calls; the ones behind were not run.`,
  hint: 'Make fewer calls at a time.',
};

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
  const most = Math.min(mostOfOne, Math.ceil(mostShown / Math.max(1, results.length)));
  if (problem !== undefined) return [{ role: 'user', content: `Your tool plan was not run. ${sentences(problem)}` }];
  if (callIds === undefined) {
    const parts = results.map(
      (result) => `Step "${result.id}" ${result.ok ? 'succeeded' : 'failed'}:\n${contentOf(result, most)}`,
    );
    return [{ role: 'user', content: ['Your tool plan was run.', ...parts].join('\n\n') }];
  }
  return results.map((result, at) => ({
    role: 'tool',
    callId: callIds[at] ?? result.id,
    tool: result.tool,
    content: contentOf(result, most),
    ...(!result.ok && { isError: true as const }),
  }));
}

/** Characters that are shown of all results of a cycle together; many results have less each. */
const mostShown = 64_000;
const mostOfOne = 32_000;

function contentOf(result: ToolStepResult, most: number): string {
  const said = result.ok ? asText(result.output) : sentences(result.failure);
  return fenceUntrusted(`tool/${result.tool}`, shortened(said, most));
}

function asText(output: unknown): string {
  return typeof output === 'string' ? output : JSON.stringify(output ?? null);
}

function sentences({ code, message, hint }: Failure): string {
  return [message, hint, `(${code})`].filter((part) => part !== undefined).join(' ');
}
