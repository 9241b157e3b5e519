import { z } from 'zod';
import { MapNodeSpec, RepeatNodeSpec, WorkflowNodeSpec } from './child-nodes.ts';
import { Expression, Mapping, MappingObject } from './common.ts';
import { FeedbackNodeSpec } from './feedback-node.ts';
import { nodeFields, spendingNodeFields, stageFields, workNodeFields } from './node-fields.ts';

const agentName = z
  .string()
  .min(1)
  .meta({ description: 'Agent of agents.yaml.', examples: ['project_architect'] });
const toolName = z
  .string()
  .min(1)
  .meta({ description: 'Tool of tools.yaml.', examples: ['run_tests'] });
const toolArguments = MappingObject.optional().meta({
  description: 'What the tool is given. A string may hold ${{ expression }}. Default: {}.',
  examples: [{ path: 'note.md', text: '${{ output }}' }],
});

export const AgentVariantSpec = z
  .strictObject({
    agent: agentName,
    weight: z
      .number()
      .positive()
      .optional()
      .meta({
        description: 'Its share of the tasks, beside those of the other variants whose conditions hold. Default: 1.',
        examples: [3],
      }),
    when: Expression.optional().meta({
      description: 'Tasks that it is there for. Default: all.',
      examples: ['task.mode == "draft"'],
    }),
  })
  .meta({ id: 'agent_variant', description: 'An agent that takes its turn.' });

const agentVariants = z
  .array(AgentVariantSpec)
  .optional()
  .meta({
    description:
      'Agents that take turns, by task. The agent of the node is asked where the conditions of all of them fail.',
    examples: [
      [
        { agent: 'reviewer', weight: 4 },
        { agent: 'terse_reviewer', weight: 1 },
      ],
    ],
  });

export const AgentNodeSpec = z.strictObject({
  type: z.literal('agent').meta({ description: 'Asks a model, and checks the JSON it gives back.' }),
  ...spendingNodeFields,
  agent: agentName,
  agent_variants: agentVariants,
  input: Mapping.optional().meta({ description: 'What the agent is given. Default: outputs of the nodes before it.' }),
});
export type AgentNodeSpec = z.infer<typeof AgentNodeSpec>;

/** It names a tool, or the node whose tool plan it carries out. */
export const ToolNodeSpec = z
  .strictObject({
    type: z.literal('tool').meta({ description: 'Runs one tool, or the tool plan that an agent wrote.' }),
    ...workNodeFields,
    tool: toolName.optional(),
    arguments: toolArguments,
    plan: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: 'In place of a tool: the node upstream whose agent writes a tool plan.',
        examples: ['gather_requirements'],
      }),
  })
  .refine(({ tool, plan }) => tool !== undefined || plan !== undefined, { path: ['tool'] })
  .meta({ anyOf: [{ required: ['tool'] }, { required: ['plan'] }] });
export type ToolNodeSpec = z.infer<typeof ToolNodeSpec>;

export const TransformNodeSpec = z.strictObject({
  type: z.literal('transform').meta({ description: 'Makes a value of others by expressions.' }),
  ...stageFields,
  output: Mapping.meta({ description: 'The output of the node.' }),
});
export type TransformNodeSpec = z.infer<typeof TransformNodeSpec>;

export const DecisionNodeSpec = z.strictObject({
  type: z.literal('decision').meta({ description: 'Takes one of its conditional edges.' }),
  ...spendingNodeFields,
  agent: agentName.optional().meta({ description: 'Agent whose output names the condition.' }),
  agent_variants: agentVariants,
  tool: toolName.optional().meta({ description: 'Tool whose output names the condition.' }),
  input: Mapping.optional().meta({ description: 'What the agent is given. Default: output of the node before it.' }),
  arguments: toolArguments,
});
export type DecisionNodeSpec = z.infer<typeof DecisionNodeSpec>;

export const MergePolicy = z.enum(['dict', 'list', 'first', 'concat', 'deep_merge', 'vote', 'reduce', 'agent']);
export type MergePolicy = z.infer<typeof MergePolicy>;

export const MergeNodeSpec = z.strictObject({
  type: z.literal('merge').meta({ description: 'Joins two or more branches into one value.' }),
  ...spendingNodeFields,
  join: z.enum(['all', 'any', 'quorum']).optional().meta({ description: 'When it starts. Default: all.' }),
  quorum: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Live inbound edges that a quorum needs.', examples: [2] }),
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
  tool: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'For reduce.', examples: ['combine'] }),
  arguments: MappingObject.optional().meta({ description: 'For reduce. Default: the outputs and the arrivals.' }),
  agent: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'For agent.', examples: ['editor'] }),
  input: Mapping.optional().meta({ description: 'For agent. Default: the outputs by source node.' }),
});
export type MergeNodeSpec = z.infer<typeof MergeNodeSpec>;

export const EndNodeSpec = z.strictObject({
  type: z.literal('end').meta({ description: 'Closes the task, with a status and an output.' }),
  ...nodeFields,
  status: z.enum(['success', 'failure']).optional().meta({ description: 'What the task comes to. Default: success.' }),
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
