import type { JsonSchema } from '../../manifest/index.ts';
import { failureError } from '../../errors/index.ts';
import type { ModelTool, Prompt, PromptMessage } from '../../services/index.ts';
import type { AgentTool, PromptVariants, ReadyAgent } from './call.ts';
import { takesTools, type NamedModel } from './named-model.ts';
import type { StepRequest } from './step.ts';
import { asPlainText } from './talk.ts';

type Asked = Pick<StepRequest, 'call' | 'services'>;

export interface BesidePrompt {
  readonly tools?: readonly ModelTool[];
  readonly outputSchema?: JsonSchema;
}

/** What a provider is given beside the prompt. */
export function besidePrompt({ call, services }: Asked, model: NamedModel): BesidePrompt {
  const { agent } = call;
  const hasTools = call.mayAct && call.tools.length > 0 && takesTools(model);
  return {
    ...(agent.outputSchema !== undefined && { outputSchema: services.validator.bundle(agent.outputSchema) }),
    ...(hasTools && { tools: call.tools.map(asModelTool) }),
  };
}

function asModelTool({ name, description, inputSchema }: AgentTool): ModelTool {
  return { name, description, inputSchema };
}

/** What a prompt comes to, with what goes beside it. */
export function tokensToAsk(asked: Asked, model: NamedModel, prompt: Prompt): number {
  const { tools, outputSchema } = besidePrompt(asked, model);
  const beside = [tools, outputSchema].filter((part) => part !== undefined);
  const text = beside.map((part) => JSON.stringify(part)).join('');
  return model.client.countTokens(prompt) + asked.services.counterFor(model)(text);
}

/** The prompt that a model is shown of those for its kind, with what was said since. */
export function promptWith(
  model: NamedModel,
  { native, plan }: PromptVariants,
  messages: readonly PromptMessage[],
): Prompt {
  const hasTools = takesTools(model);
  const prompt = hasTools ? native : plan;
  const said = hasTools ? messages : asPlainText(messages);
  return { ...prompt, messages: [...prompt.messages, ...said.map(wellFormed)] };
}

/** Half a character would be refused by providers, or become another one on the way. */
function wellFormed(message: PromptMessage): PromptMessage {
  return { ...message, content: message.content.toWellFormed() };
}

/** Throws the failure `context.too_large` for a prompt that is larger than the window of its model. */
export function checkWindow(agent: string, { alias, spec }: NamedModel, tokens: number): void {
  const { context_window: window = Infinity } = spec;
  if (tokens <= window) return;
  throw failureError({
    code: 'context.too_large',
    message: `The prompt of agent "${agent}" has come to ${tokens} tokens; the window of model "${alias}" has ${window}.`,
    hint: 'Use a model with a larger context window, give the agent a context profile, or let its tools give less.',
    details: { budget: window },
  });
}

/** Tokens of an answer that nobody has set a bound to. */
const usualAnswer = 4_096;

/** What a prompt may come to: the window of the model without its answer. Infinity where the window is not known. */
export function roomForPrompt(
  { call }: { readonly call: { readonly agent: Pick<ReadyAgent, 'maxOutputTokens'> } },
  { spec }: NamedModel,
): number {
  const { context_window: window, max_output_tokens: most } = spec;
  if (window === undefined) return Infinity;
  return window - (call.agent.maxOutputTokens ?? most ?? Math.min(usualAnswer, Math.floor(window / 4)));
}
