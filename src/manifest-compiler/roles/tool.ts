import { EngineError, failureError } from '../../errors/index.ts';
import type { ToolNodeSpec } from '../../manifest/index.ts';
import { handOn, type Role, type StageProgram, type StageScope } from './role.ts';

/** Runs a tool with mapped arguments, or the tools that a plan names. */
export const compileToolNode: Role<ToolNodeSpec> = (spec, context) => {
  const { id, tool, plan } = spec;
  if (plan !== undefined) {
    context.needsWayFrom(plan, ['plan']);
    return carryOut(plan);
  }
  if (tool === undefined) throw new EngineError('ENGINE_BUG', `The node "${id}" has no tool and passed the checks.`);
  const mapped = context.mapping(spec.arguments ?? {}, ['arguments']);
  return {
    plan: (scope) => ({ kind: 'tool', tool, arguments: mapped.evaluate({ ...scope }) }),
    conclude: handOn,
  };
};

function carryOut(writer: string): StageProgram {
  return { plan: (scope) => ({ kind: 'tool_plan', writer, plan: planIn(scope, writer) }), conclude: handOn };
}

function planIn({ stages }: StageScope, writer: string): unknown {
  const view = Object.hasOwn(stages, writer) ? stages[writer] : undefined;
  if (view?.status === 'done') return view.output;
  throw failureError({
    code: 'config.invalid',
    message: `Node "${writer}" gave no output, so there is no tool plan to carry out.`,
    hint: `Let only edges lead here that are taken after "${writer}" is done.`,
  });
}
