import { z } from 'zod';
import { Expression, FailureCategoryName, Id } from './common.ts';
import { DeclaredNodeSpec } from './declared-node.ts';
import { NodeSpec } from './node.ts';

export const EdgeType = z.enum(['normal', 'conditional', 'error', 'fallback']);
export type EdgeType = z.infer<typeof EdgeType>;

export const EdgeSpec = z.strictObject({
  from: z.string().min(1),
  to: z.string().min(1),
  type: EdgeType.optional().meta({ description: 'Default: conditional with a condition or when, else normal.' }),
  condition: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Taken when the decision says so.', examples: ['approved'] }),
  when: Expression.optional().meta({ description: 'Taken when it holds; tried in the order of the file.' }),
  on: z
    .array(FailureCategoryName)
    .min(1)
    .optional()
    .meta({ description: 'Failures that take the edge. Default: all.' }),
});
export type EdgeSpec = z.infer<typeof EdgeSpec>;

export const WorkflowSpec = z.strictObject({
  id: Id,
  description: z.string().optional(),
  exit: z
    .enum(['all', 'first'])
    .optional()
    .meta({ description: 'When the task is over: all nodes settled, or the first end. Default: all.' }),
  fail_fast: z
    .boolean()
    .optional()
    .meta({ description: 'An unhandled failure stops everything at once. Default: false.' }),
  nodes: z.array(NodeSpec).min(1),
  edges: z.array(EdgeSpec).optional(),
});
export type WorkflowSpec = z.infer<typeof WorkflowSpec>;

export const DeclaredWorkflowSpec = WorkflowSpec.extend({ nodes: z.array(DeclaredNodeSpec).min(1) });
export type DeclaredWorkflowSpec = z.infer<typeof DeclaredWorkflowSpec>;

export const WorkflowFile = z.strictObject({ $schema: z.string().optional(), workflow: DeclaredWorkflowSpec });
export type WorkflowFile = z.infer<typeof WorkflowFile>;
