import type { TransformNodeSpec } from '../../manifest/index.ts';
import { handOn, type Role } from './role.ts';

/** Pure mapping of data. */
export const compileTransformNode: Role<TransformNodeSpec> = (spec, context) => {
  const output = context.mapping(spec.output, ['output']);
  if (output.constant) {
    const work = { kind: 'value', value: output.evaluate({}) } as const;
    return { plan: () => work, conclude: handOn };
  }
  return { plan: (scope) => ({ kind: 'value', value: output.evaluate({ ...scope }) }), conclude: handOn };
};
