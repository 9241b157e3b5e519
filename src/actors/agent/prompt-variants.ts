import type { ContextPackage } from '../../services/index.ts';
import type { PromptVariants } from './call.ts';
import { buildPrompt } from './prompt/index.ts';
import type { StepRequest } from './step.ts';

/** The prompt for models that are given the tools themselves, and for those that write tool plans. */
export function promptVariants(
  { call, services }: Pick<StepRequest, 'call' | 'services'>,
  context: Pick<ContextPackage, 'items'> | undefined,
): PromptVariants {
  const { outputSchema } = call.agent;
  const schema = outputSchema === undefined ? undefined : services.validator.bundle(outputSchema);
  const parts = { call, context, schema, tools: call.tools, hash: services.hash };
  const plan = buildPrompt({ ...parts, toolUse: call.mayAct ? 'plan' : 'answer' });
  const isOne = call.tools.length === 0 || !call.mayAct;
  return { plan, native: isOne ? plan : buildPrompt({ ...parts, toolUse: 'native' }) };
}
