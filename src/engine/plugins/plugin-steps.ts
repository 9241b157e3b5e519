import type { AgentCall, AgentNotes, Tell, ToolNotes, ToolStageCall } from '../../actors/index.ts';
import { EngineError } from '../../errors/index.ts';
import type { PipelinesFile } from '../../manifest/index.ts';
import {
  pluginNameHint,
  runPluginStep,
  type HookPlace,
  type PluginSet,
  type SchemaValidator,
  type ToolRuntime,
} from '../../services/index.ts';
import { outputProblem } from './agent-hooks.ts';
import { toolOutputProblem } from './tool-hooks.ts';

type Templates = PipelinesFile['pipeline_templates'];

export interface PluginStepParts {
  readonly plugins: PluginSet;
  readonly validator: Pick<SchemaValidator, 'validate'>;
}

interface ToolStepParts extends PluginStepParts {
  readonly tools: Pick<ToolRuntime, 'describe'>;
}

/** The step of a plugin as the state of a machine is named: a dot would lead into a state. */
export function stateOfStep(step: string): string {
  return step.replace('.', '/');
}

function stepOfState(state: string): string {
  return state.replace('/', '.');
}

/** Throws PLUGIN_STEP_UNKNOWN for a step of a template that no plugin has. */
export function checkPluginSteps(templates: Templates, plugins: PluginSet): void {
  const steps = [...(templates?.agent_node?.stages ?? []), ...(templates?.tool_node?.stages ?? [])];
  const unknown = steps.find((step) => step.includes('.') && plugins.step(step) === undefined);
  if (unknown === undefined) return;
  throw new EngineError('PLUGIN_STEP_UNKNOWN', `No plugin has the step "${unknown}", which a stage template lists.`, {
    hint: stepHint(unknown, plugins.stepNames()),
    details: { step: unknown },
  });
}

function stepHint(step: string, names: readonly string[]): string {
  const order = 'Take it out of pipeline_templates, or give the plugin that has it to the engine when it is opened.';
  return names.length === 0
    ? order
    : `${pluginNameHint(step, names)} Else: ${order[0]?.toLowerCase()}${order.slice(1)}`;
}

interface StepAt {
  /** Name of the state. */
  readonly step: string;
  readonly signal: AbortSignal;
}

/** A step between those of an agent's stage. */
export async function runAgentPluginStep(
  { plugins, validator }: PluginStepParts,
  { step, signal }: StepAt,
  { call, notes }: { readonly call: AgentCall; readonly notes: AgentNotes },
): Promise<AgentNotes> {
  const found = foundStep(plugins, step);
  const output = 'output' in notes ? notes.output : notes.reply?.text;
  const made = await runPluginStep(
    found,
    {
      step: stepOfState(step),
      place: { ...placeOfCall(call), stage: call.stage, attempt: call.attempt, agent: call.agent.id },
      input: call.input,
      ...(output !== undefined && { output: { value: output } }),
      tell: call.tell,
      signal,
      accept(value) {
        const problem = 'output' in notes ? outputProblem(call.agent, validator, value) : textProblem(value);
        return problem === undefined ? { value } : { problem };
      },
    },
    plugins,
  );
  if (made === undefined) return {};
  const { value } = made;
  if ('output' in notes || typeof value !== 'string') return { output: value };
  return { reply: { text: value, isCutOff: notes.reply?.isCutOff ?? false } };
}

/** Before it is read as its schema asks, an answer is a text. */
function textProblem(value: unknown): string | undefined {
  return typeof value === 'string' ? undefined : 'the answer is still a text here';
}

/** A step between those of a tool's stage. */
export async function runToolPluginStep(
  { plugins, validator, tools }: ToolStepParts,
  { step, signal }: StepAt,
  { call, notes }: { readonly call: ToolStageCall; readonly notes: ToolNotes },
): Promise<ToolNotes> {
  const made = await runPluginStep(
    foundStep(plugins, step),
    {
      step: stepOfState(step),
      place: call.hookPlace ?? placeOfCall(call),
      tool: call.tool,
      input: call.arguments,
      ...('output' in notes && { output: { value: notes.output } }),
      tell: call.tell,
      signal,
      accept(value) {
        const problem = toolOutputProblem({ tools, validator }, call.tool, value);
        return problem === undefined ? { value } : { problem };
      },
    },
    plugins,
  );
  return made === undefined ? {} : { output: made.value };
}

function placeOfCall({
  taskId,
  mode,
}: {
  readonly taskId: string;
  readonly mode: string;
  readonly tell: Tell;
}): HookPlace {
  return { taskId, mode };
}

function foundStep(plugins: PluginSet, state: string): NonNullable<ReturnType<PluginSet['step']>> {
  const found = plugins.step(stepOfState(state));
  if (found !== undefined) return found;
  throw new EngineError('ENGINE_BUG', `The step "${state}" does not exist and passed the checks.`);
}
