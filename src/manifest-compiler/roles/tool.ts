import type { ToolNodeSpec } from '../../manifest/index.ts';
import { handOn, type Role } from './role.ts';

/** Runs a tool with mapped arguments. */
export const compileToolNode: Role<ToolNodeSpec> = (spec, context) => {
  const mapped = context.mapping(spec.arguments ?? {}, ['arguments']);
  return {
    plan: (scope) => ({ kind: 'tool', tool: spec.tool, arguments: mapped.evaluate({ ...scope }) }),
    conclude: handOn,
  };
};
