import { z } from 'zod';
import { BudgetSpec } from './budget.ts';
import { Duration, Id } from './common.ts';

/** What every node may say. */
export const nodeFields = {
  id: Id,
  description: z
    .string()
    .optional()
    .meta({ description: 'What the node is for.', examples: ['Looks at what is there.'] }),
  entry: z
    .boolean()
    .optional()
    .meta({ description: 'Marks the default entry where several nodes have no inbound edge.' }),
};

/** What every node may say that can fail. */
export const stageFields = {
  ...nodeFields,
  on_failure: z.enum(['fail', 'skip', 'continue_partial']).optional().meta({
    description:
      'What a failure that no edge takes leads to: the task fails, goes on with null for an output, or goes on and ends as partial. Default: fail.',
  }),
};

/** What every node may say whose work can be tried again. */
export const workNodeFields = {
  ...stageFields,
  retries: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .meta({ description: 'Further attempts after a failed one.', examples: [2] }),
  timeout: Duration.optional().meta({ description: 'For one attempt.' }),
  stage_timeout: Duration.optional().meta({
    description: 'For all attempts together, with the waits between them. Default: none.',
    examples: ['10m'],
  }),
  backoff: Duration.optional().meta({ description: 'Wait before the first retry; doubles each time.' }),
};

/** What nodes may say besides that ask agents, or have child tasks ask them. */
export const spendingNodeFields = {
  ...workNodeFields,
  budget: BudgetSpec.optional().meta({
    description: 'For all attempts of the node in one task, child tasks included.',
  }),
};
