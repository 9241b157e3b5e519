import { z } from 'zod';
import { Duration, Expression, SchemaReference } from './common.ts';
import {
  AgentNodeSpec,
  DecisionNodeSpec,
  EndNodeSpec,
  MergeNodeSpec,
  MergePolicy,
  nodeFields,
  ToolNodeSpec,
  TransformNodeSpec,
  workNodeFields,
} from './node.ts';

/** A tool node as it may be written: it names a tool, or the node whose tool plan it carries out. */
export const DeclaredToolNodeSpec = ToolNodeSpec.extend({
  tool: z.string().min(1).optional(),
  plan: z.string().min(1).optional().meta({ description: 'Node upstream that wrote a tool plan, in place of a tool.' }),
}).refine(({ tool, plan }) => tool !== undefined || plan !== undefined, { path: ['tool'] });

export const DeclaredMergePolicy = z.enum([...MergePolicy.options, 'vote', 'reduce']);

export const DeclaredMergeNodeSpec = MergeNodeSpec.extend({
  merge: DeclaredMergePolicy.optional().meta({
    description: 'How the outputs become one value. Default: dict, by source node.',
  }),
});

/*
 * Nodes that this version cannot run. They are no strict objects: what else they take is not settled, and the check that
 * reports the type comes before any doubt about a field.
 */

export const FeedbackNodeSpec = z.object({
  type: z.literal('feedback'),
  ...nodeFields,
  schema: SchemaReference.optional().meta({ description: 'What an answer has to look like.' }),
  timeout: Duration.optional().meta({ description: 'How long to wait for an answer.', examples: ['24h'] }),
  default: z.json().optional().meta({ description: 'The answer when none came in time.' }),
});
export const MapNodeSpec = z.object({ type: z.literal('map'), ...workNodeFields });
export const RepeatNodeSpec = z.object({
  type: z.literal('repeat'),
  ...workNodeFields,
  until: Expression.optional().meta({ description: 'Over when it holds.', examples: ['output.approved'] }),
  max_iterations: z.int().min(1).optional(),
  on_exhausted: z.enum(['fail', 'accept']).optional().meta({ description: 'When max_iterations is reached.' }),
});
export const WorkflowNodeSpec = z.object({ type: z.literal('workflow'), ...workNodeFields });

export const DeclaredNodeSpec = z.discriminatedUnion('type', [
  AgentNodeSpec,
  DeclaredToolNodeSpec,
  TransformNodeSpec,
  DecisionNodeSpec,
  DeclaredMergeNodeSpec,
  EndNodeSpec,
  FeedbackNodeSpec,
  MapNodeSpec,
  RepeatNodeSpec,
  WorkflowNodeSpec,
]);
export type DeclaredNodeSpec = z.infer<typeof DeclaredNodeSpec>;
