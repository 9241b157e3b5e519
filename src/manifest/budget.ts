import { z } from 'zod';

const maxCostUsd = z
  .number()
  .min(0)
  .optional()
  .meta({ description: 'Most that it may cost, in US dollars.', examples: [0.25] });
const maxTokensTotal = z
  .int()
  .min(1)
  .optional()
  .meta({ description: 'Most tokens, prompts and answers together.', examples: [50_000] });

/** What may be spent, and what happens when that is not enough. */
export const BudgetSpec = z
  .strictObject({
    max_cost_usd: maxCostUsd,
    max_tokens_total: maxTokensTotal,
    warn_at: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .meta({ description: 'Part of it after which a warning is told. Default: 0.8.', examples: [0.5] }),
    on_exceeded: z
      .enum(['stop', 'degrade'])
      .optional()
      .meta({ description: 'stop: the stage fails; degrade: another model is asked. Default: stop.' }),
    degrade_to: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'For degrade: the model that is asked from then on.', examples: ['small'] }),
  })
  .meta({ id: 'budget', description: 'What may be spent on models, and what happens when that is not enough.' });
export type BudgetSpec = z.infer<typeof BudgetSpec>;
