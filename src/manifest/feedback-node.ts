import { z } from 'zod';
import { Duration, Mapping, SchemaReference } from './common.ts';
import { stageFields } from './node-fields.ts';

/** What a person or a program can do with a question. */
export const FeedbackAction = z.enum(['approve', 'reject', 'edit', 'answer']);
export type FeedbackAction = z.infer<typeof FeedbackAction>;

export const FeedbackNodeSpec = z.strictObject({
  type: z.literal('feedback').meta({ description: 'Waits for a person or a program.' }),
  ...stageFields,
  question: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'What is asked; may hold ${{ expression }}. Default: the description of the node.',
      examples: ['Is this ready to be published?'],
    }),
  input: Mapping.optional().meta({
    description: 'What the question is about, and what an approval hands on. Default: outputs of the nodes before it.',
  }),
  actions: z
    .array(FeedbackAction)
    .min(1)
    .optional()
    .meta({ description: 'What may be done. Default: all of them.', examples: [['approve', 'reject']] }),
  schema: SchemaReference.optional().meta({ description: 'What an edit or an answer has to look like.' }),
  timeout: Duration.optional().meta({
    description: 'How long to wait for an answer. Default: for ever.',
    examples: ['24h'],
  }),
  default: z
    .json()
    .optional()
    .meta({
      description: 'The answer when none came in time: approve, reject, the value of an answer, or action and value.',
      examples: ['reject', { action: 'answer', value: 'Paris' }],
    }),
});
export type FeedbackNodeSpec = z.infer<typeof FeedbackNodeSpec>;
