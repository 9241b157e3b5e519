import { z } from 'zod';
import { MapNodeSpec, RepeatNodeSpec, WorkflowNodeSpec } from './child-nodes.ts';
import { Expression, Mapping, MappingObject } from './common.ts';
import { FeedbackNodeSpec } from './feedback-node.ts';
import { nodeFields, stageFields, workNodeFields } from './node-fields.ts';

export const AgentVariantSpec = z.strictObject({
  agent: z.string().min(1),
  weight: z.number().min(0).optional().meta({ description: 'Share of the tasks that it gets.' }),
  when: Expression.optional(),
});

const agentVariants = z
  .array(AgentVariantSpec)
  .optional()
  .meta({ description: 'Agents that take turns, by task.', examples: [[{ agent: 'terse_reviewer', weight: 0.2 }]] });

export const AgentNodeSpec = z.strictObject({
  type: z.literal('agent'),
  ...workNodeFields,
  agent: z.string().min(1),
  agent_variants: agentVariants,
  input: Mapping.optional().meta({ description: 'What the agent is given. Default: outputs of the nodes before it.' }),
});
export type AgentNodeSpec = z.infer<typeof AgentNodeSpec>;

/** It names a tool, or the node whose tool plan it carries out. */
export const ToolNodeSpec = z
  .strictObject({
    type: z.literal('tool'),
    ...workNodeFields,
    tool: z.string().min(1).optional(),
    arguments: MappingObject.optional(),
    plan: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'In place of a tool: the node upstream whose agent writes a tool plan.' }),
  })
  .refine(({ tool, plan }) => tool !== undefined || plan !== undefined, { path: ['tool'] });
export type ToolNodeSpec = z.infer<typeof ToolNodeSpec>;

export const TransformNodeSpec = z.strictObject({
  type: z.literal('transform'),
  ...stageFields,
  output: Mapping.meta({ description: 'The output of the node.' }),
});
export type TransformNodeSpec = z.infer<typeof TransformNodeSpec>;

export const DecisionNodeSpec = z.strictObject({
  type: z.literal('decision'),
  ...workNodeFields,
  agent: z.string().min(1).optional().meta({ description: 'Agent whose output names the condition.' }),
  agent_variants: agentVariants,
  tool: z.string().min(1).optional().meta({ description: 'Tool whose output names the condition.' }),
  input: Mapping.optional(),
  arguments: MappingObject.optional(),
});
export type DecisionNodeSpec = z.infer<typeof DecisionNodeSpec>;

export const MergePolicy = z.enum(['dict', 'list', 'first', 'concat', 'deep_merge', 'vote', 'reduce', 'agent']);
export type MergePolicy = z.infer<typeof MergePolicy>;

export const MergeNodeSpec = z.strictObject({
  type: z.literal('merge'),
  ...workNodeFields,
  join: z.enum(['all', 'any', 'quorum']).optional().meta({ description: 'When it starts. Default: all.' }),
  quorum: z.int().min(1).optional().meta({ description: 'Live inbound edges that a quorum needs.' }),
  on_short: z.enum(['fail', 'run']).optional().meta({ description: 'When a quorum cannot be met. Default: fail.' }),
  on_branch_failure: z
    .enum(['fail', 'continue'])
    .optional()
    .meta({ description: 'When a branch failed. Default: fail.' }),
  cancel_remaining: z
    .boolean()
    .optional()
    .meta({ description: 'Stop the branches that can only lead here. Default: false.' }),
  merge: MergePolicy.optional().meta({
    description: 'How the outputs become one value. Default: dict, by source node.',
  }),
  on_conflict: z.enum(['error', 'first', 'last']).optional().meta({ description: 'For deep_merge. Default: error.' }),
  vote_by: z
    .string()
    .regex(/^[^.]+(\.[^.]+)*$/u)
    .optional()
    .meta({
      description: 'For vote: the field that holds the vote. Default: the whole output.',
      examples: ['verdict.label'],
    }),
  tool: z.string().min(1).optional().meta({ description: 'For reduce.' }),
  arguments: MappingObject.optional().meta({ description: 'For reduce. Default: the outputs and the arrivals.' }),
  agent: z.string().min(1).optional().meta({ description: 'For agent.' }),
  input: Mapping.optional().meta({ description: 'For agent. Default: the outputs by source node.' }),
});
export type MergeNodeSpec = z.infer<typeof MergeNodeSpec>;

export const EndNodeSpec = z.strictObject({
  type: z.literal('end'),
  ...nodeFields,
  status: z.enum(['success', 'failure']).optional().meta({ description: 'Default: success.' }),
  always_fail: z.boolean().optional().meta({ description: 'The same as status: failure.' }),
  output: Mapping.optional().meta({ description: 'The output of the task. Default: output of the nodes before it.' }),
});
export type EndNodeSpec = z.infer<typeof EndNodeSpec>;

export const NodeSpec = z.discriminatedUnion('type', [
  AgentNodeSpec,
  ToolNodeSpec,
  TransformNodeSpec,
  DecisionNodeSpec,
  MergeNodeSpec,
  FeedbackNodeSpec,
  MapNodeSpec,
  RepeatNodeSpec,
  WorkflowNodeSpec,
  EndNodeSpec,
]);
export type NodeSpec = z.infer<typeof NodeSpec>;
export type NodeType = NodeSpec['type'];
