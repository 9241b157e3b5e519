import { z } from 'zod';
import { DeclaredMapNodeSpec, DeclaredRepeatNodeSpec, DeclaredWorkflowNodeSpec } from './child-nodes.ts';
import { FeedbackNodeSpec } from './feedback-node.ts';
import {
  AgentNodeSpec,
  DecisionNodeSpec,
  EndNodeSpec,
  MergeNodeSpec,
  MergePolicy,
  ToolNodeSpec,
  TransformNodeSpec,
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

export const DeclaredNodeSpec = z.discriminatedUnion('type', [
  AgentNodeSpec,
  DeclaredToolNodeSpec,
  TransformNodeSpec,
  DecisionNodeSpec,
  DeclaredMergeNodeSpec,
  EndNodeSpec,
  FeedbackNodeSpec,
  DeclaredMapNodeSpec,
  DeclaredRepeatNodeSpec,
  DeclaredWorkflowNodeSpec,
]);
export type DeclaredNodeSpec = z.infer<typeof DeclaredNodeSpec>;
