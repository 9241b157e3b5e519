import type { DecisionNodeSpec } from '../../manifest/index.ts';
import type { Conclusion, Condition, Role, RoleContext, StageProgram, StageScope } from './role.ts';
import { compileVariants } from './variants.ts';

interface Option {
  readonly choice: string;
  /** Absent for an edge that is taken by its label. */
  readonly when: Condition | undefined;
}

/** Takes the first conditional edge, in the order of the file, whose label the output names or whose `when` holds. */
export const compileDecisionNode: Role<DecisionNodeSpec> = (spec, context) => {
  const options = optionsOf(context);
  const plan = planOf(spec, context);
  const conclude: StageProgram['conclude'] = (output, scope) => choose(options, output, scope);
  return { plan, conclude, ...compileVariants(spec, context) };
};

function planOf(spec: DecisionNodeSpec, context: RoleContext): StageProgram['plan'] {
  const { agent, tool } = spec;
  if (agent !== undefined) {
    const input = spec.input === undefined ? undefined : context.mapping(spec.input, ['input']);
    return (scope) => ({
      kind: 'agent',
      agent,
      input: input === undefined ? scope.output : input.evaluate({ ...scope }),
    });
  }
  if (tool !== undefined) {
    const mapped = context.mapping(spec.arguments ?? {}, ['arguments']);
    return (scope) => ({ kind: 'tool', tool, arguments: mapped.evaluate({ ...scope }) });
  }
  return (scope) => ({ kind: 'value', value: scope.output });
}

function optionsOf(context: RoleContext): readonly Option[] {
  return context.outbound.flatMap((edge) =>
    edge.choice === undefined ? [] : [{ choice: edge.choice, when: context.edgeExpression(edge) }],
  );
}

function choose(options: readonly Option[], output: unknown, scope: StageScope): Conclusion {
  const label = labelIn(output);
  for (const { choice, when } of options) {
    if (when === undefined ? choice === label : when.holds({ ...scope, output })) return { output, choice };
  }
  // The choice of a `when` edge is its expression: a text that happens to be that must not choose it.
  const isChoosable = label !== undefined && !options.some(({ choice }) => choice === label);
  return isChoosable ? { output, choice: label } : { output };
}

/** The label is the output itself, or its field `condition`. */
function labelIn(output: unknown): string | undefined {
  if (typeof output === 'string') return output;
  if (
    typeof output !== 'object' ||
    output === null ||
    !Object.hasOwn(output, 'condition') ||
    !('condition' in output)
  ) {
    return undefined;
  }
  return typeof output.condition === 'string' ? output.condition : undefined;
}
