import type { Failure } from '../../errors/index.ts';
import type { JsonSchema } from '../../manifest/index.ts';
import { judge } from '../json/repair-and-validate.ts';

/** As much of a tool plan as tells it from an answer; the rest is checked when it is read. */
const planShape: JsonSchema = {
  type: 'object',
  required: ['steps'],
  properties: {
    steps: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', required: ['tool'], properties: { tool: { type: 'string' } } },
    },
  },
};

/** The plan that a text is, for `readToolPlan`, or why it is not carried out; nothing for a text that is none. */
export function planInText(text: string): { readonly value: unknown } | { readonly problem: Failure } | undefined {
  if (!text.includes('steps')) return undefined;
  const verdict = judge(text, planShape);
  if (!('repair' in verdict)) return undefined;
  if (verdict.repair.lossless) return { value: verdict.value };
  return {
    problem: {
      code: 'tool.invalid_input',
      message: 'The tool plan could be read only by leaving out a part of it, so none of it was run.',
      hint: 'Write the plan once more, as JSON and with nothing around it.',
      details: { repairs: verdict.repair.actions.map(({ kind, path }) => ({ kind, path })) },
    },
  };
}
