import type { DecisionNodeSpec } from '../../manifest/index.ts';
import type { AgentVariants, RoleContext } from './role.ts';

/** The agents that take turns at a node; nothing where it always asks the same one. */
export function compileVariants(
  { agent: own, agent_variants: specs = [] }: Pick<DecisionNodeSpec, 'agent' | 'agent_variants'>,
  context: RoleContext,
): { readonly variants?: AgentVariants } {
  if (own === undefined || specs.length === 0) return {};
  const others = specs.map(({ agent, weight = 1, when }, at) => {
    const condition = when === undefined ? undefined : context.expression(when, ['agent_variants', at, 'when']);
    return { agent, weight, ...(condition !== undefined && { when: condition }) };
  });
  return { variants: { own, others } };
}
