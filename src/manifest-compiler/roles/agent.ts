import type { AgentNodeSpec } from '../../manifest/index.ts';
import { handOn, type Role } from './role.ts';
import { compileVariants } from './variants.ts';

/** Asks an agent; without `input` it is given the output of the nodes before. */
export const compileAgentNode: Role<AgentNodeSpec> = (spec, context) => {
  const input = spec.input === undefined ? undefined : context.mapping(spec.input, ['input']);
  return {
    plan: (scope) => ({
      kind: 'agent',
      agent: spec.agent,
      input: input === undefined ? scope.output : input.evaluate({ ...scope }),
    }),
    conclude: handOn,
    ...compileVariants(spec, context),
  };
};
