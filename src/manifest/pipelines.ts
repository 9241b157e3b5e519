import { z } from 'zod';
import { FailureCategoryName, Id, SchemaAddress } from './common.ts';

export const PipelineSpec = z.strictObject({
  description: z
    .string()
    .optional()
    .meta({ description: 'What the pipeline is for.', examples: ['Answers a request and writes a report.'] }),
  entry: z
    .string()
    .min(1)
    .meta({ description: 'Node it begins at.', examples: ['gather_requirements'] }),
  ends: z
    .array(z.string().min(1))
    .min(1)
    .meta({
      description: 'Nodes it ends at. Behind them only failures are handled.',
      examples: [['finalize_project']],
    }),
  modes: z
    .array(z.string().min(1))
    .optional()
    .meta({
      description: 'Task modes it accepts. Default: all. A task without a mode fits every pipeline.',
      examples: [['analysis_only']],
    }),
  tags: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Tags that a task must have.', examples: [['design']] }),
  priority: z
    .number()
    .optional()
    .meta({ description: 'The higher one wins. Default: 0.', examples: [10] }),
  score: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'CEL expression over "task" and "input". Of equal priorities the highest score wins. Default: 0.',
      examples: ['size(input.files)'],
    }),
});
export type PipelineSpec = z.infer<typeof PipelineSpec>;

export const StageTemplateSpec = z.strictObject({
  stages: z
    .array(z.string().min(1))
    .min(1)
    .meta({ description: 'The steps in their order.', examples: [['validate_tool_input', 'execute_tool']] }),
});
export type StageTemplateSpec = z.infer<typeof StageTemplateSpec>;

export const FallbackSpec = z.strictObject({
  category: FailureCategoryName.optional().meta({ description: 'Why it failed. Default: for any reason.' }),
  stage: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Node that failed. Default: any.', examples: ['review_module'] }),
  stage_type: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Type of the node that failed. Default: any.', examples: ['agent'] }),
  to: z
    .string()
    .min(1)
    .meta({ description: 'Node that is tried next.', examples: ['give_up'] }),
});
export type FallbackSpec = z.infer<typeof FallbackSpec>;

export const PipelinesFile = z
  .strictObject({
    $schema: SchemaAddress,
    pipelines: z
      .record(Id, PipelineSpec)
      .optional()
      .meta({
        description: 'Named ways through the workflow. Default: one, from the entry as far as the edges lead.',
        examples: [{ analysis: { entry: 'gather', ends: ['design'], modes: ['analysis_only'] } }],
      }),
    pipeline_templates: z
      .strictObject({
        agent_node: StageTemplateSpec.optional().meta({ description: 'Steps of a stage that asks an agent.' }),
        tool_node: StageTemplateSpec.optional().meta({ description: 'Steps of a stage that runs a tool.' }),
      })
      .optional()
      .meta({ description: 'What the stages of nodes do. A step that is left out is not done.' }),
    fallbacks: z
      .array(FallbackSpec)
      .optional()
      .meta({
        description: 'The fallback matrix: where a failure goes that no edge takes. Rows that say more come first.',
        examples: [[{ category: 'json', stage_type: 'agent', to: 'give_up' }]],
      }),
  })
  .meta({ description: 'Named traversals of the workflow, stage templates and the fallback matrix.' });
export type PipelinesFile = z.infer<typeof PipelinesFile>;
