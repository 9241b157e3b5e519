import type { JsonSchema } from '../../manifest/index.ts';
import { judge } from '../json/index.ts';

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

/** Whether a text is meant as a tool plan. It may be one that cannot be carried out. */
export function isPlanText(text: string): boolean {
  return text.includes('steps') && 'repair' in judge(text, planShape);
}
