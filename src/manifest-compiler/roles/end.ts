import type { EndNodeSpec } from '../../manifest/index.ts';
import { handOn, type Role } from './role.ts';

/** Gives the task its output; without a mapping, the output of the nodes before. */
export const compileEndNode: Role<EndNodeSpec> = (spec, context) => {
  const output = spec.output === undefined ? undefined : context.mapping(spec.output, ['output']);
  return {
    plan: (scope) => ({ kind: 'value', value: output === undefined ? scope.output : output.evaluate({ ...scope }) }),
    conclude: handOn,
  };
};
