import type { Failure } from '../../errors/index.ts';
import type { ToolPlanStep } from '../../services/index.ts';
import type { AgentCall, AgentTool, ToolStepResult } from './call.ts';
import type { Act } from './talk.ts';

/** What models ask for in one answer; more is a model that runs away. */
const mostSteps = 100;

/** Why steps are not run, by their ids: they are cut off, too many, of tools that the agent lacks, or would tell nothing new. */
export function lookOver(
  { steps, isCutOff }: Act,
  { tools, agent }: AgentCall,
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
          ? unlisted(step, tools, agent.id)
          : undefined;
    if (failure !== undefined) refused.set(step.id, failure);
    else if (made.has(signature)) refused.set(step.id, repeated);
    else made = after(made, signature, tool);
  }
  return refused;
}

/** A step that is refused stops a plan like one that fails. */
export function untilStopped(
  steps: readonly ToolPlanStep[],
  refused: ReadonlyMap<string, Failure>,
): readonly ToolPlanStep[] {
  const stop = steps.findIndex(({ id, onError }) => refused.has(id) && onError !== 'continue');
  return (stop === -1 ? steps : steps.slice(0, stop)).filter(({ id }) => !refused.has(id));
}

interface Before {
  readonly tools: readonly AgentTool[];
  readonly before: readonly string[];
}

/** The calls that would tell nothing new: those that succeeded, or failed for good, since something was changed. */
export function madeBy(
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

/** No other tools exist for an agent, whatever it was told by what it read. */
function unlisted({ tool }: ToolPlanStep, tools: readonly AgentTool[], agent: string): Failure {
  const known = tools.map(({ name }) => `"${name}"`).join(', ');
  const message = `You have no tool ${JSON.stringify(tool)}, so nothing was run.`;
  const details = { level: 'agent', rule: `agents.${agent}.tools`, tool };
  return { code: 'permission.denied', message, hint: `You have ${known}.`, details };
}
