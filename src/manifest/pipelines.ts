import { z } from 'zod';
import { FailureCategoryName, Id } from './common.ts';

export const PipelineSpec = z.strictObject({
  description: z.string().optional(),
  entry: z.string().min(1),
  ends: z.array(z.string().min(1)).min(1),
  modes: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Task modes it accepts. Default: all. A task without a mode fits every pipeline.' }),
  tags: z.array(z.string().min(1)).optional().meta({ description: 'Tags that a task must have.' }),
  priority: z.number().optional().meta({ description: 'The higher one wins. Default: 0.' }),
});
export type PipelineSpec = z.infer<typeof PipelineSpec>;

export const StageTemplateSpec = z.strictObject({ stages: z.array(z.string().min(1)).min(1) });
export type StageTemplateSpec = z.infer<typeof StageTemplateSpec>;

export const FallbackSpec = z.strictObject({
  category: FailureCategoryName.optional(),
  stage: z.string().min(1).optional().meta({ description: 'Node that failed.' }),
  stage_type: z.string().min(1).optional().meta({ description: 'Type of the node that failed.' }),
  to: z.string().min(1),
});
export type FallbackSpec = z.infer<typeof FallbackSpec>;

export const PipelinesFile = z.strictObject({
  $schema: z.string().optional(),
  pipelines: z.record(Id, PipelineSpec).optional(),
  pipeline_templates: z
    .strictObject({ agent_node: StageTemplateSpec.optional(), tool_node: StageTemplateSpec.optional() })
    .optional(),
  fallbacks: z.array(FallbackSpec).optional(),
});
export type PipelinesFile = z.infer<typeof PipelinesFile>;
