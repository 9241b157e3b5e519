import { z } from 'zod';
import { BudgetSpec } from './budget.ts';
import { Duration, Expression, FailureCategoryName, Id, SchemaAddress } from './common.ts';
import { DeclaredNodeSpec } from './declared-node.ts';
import { NodeSpec } from './node.ts';

export const EdgeType = z.enum(['normal', 'conditional', 'error', 'fallback']);
export type EdgeType = z.infer<typeof EdgeType>;

export const EdgeSpec = z
  .strictObject({
    from: z
      .string()
      .min(1)
      .meta({ description: 'Node it leaves.', examples: ['review_module'] }),
    to: z
      .string()
      .min(1)
      .meta({ description: 'Node it leads to.', examples: ['finalize_project'] }),
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
      .meta({ description: 'Failures that take the edge. Default: all.', examples: [['tool', 'timeout']] }),
  })
  .meta({ id: 'edge', description: 'An arrow from one node to another.' });
export type EdgeSpec = z.infer<typeof EdgeSpec>;

export const WorkflowSpec = z.strictObject({
  id: Id,
  description: z
    .string()
    .optional()
    .meta({ description: 'What the workflow is for.', examples: ['Answers a request about a repository.'] }),
  exit: z
    .enum(['all', 'first'])
    .optional()
    .meta({ description: 'When the task is over: all nodes settled, or the first end. Default: all.' }),
  fail_fast: z
    .boolean()
    .optional()
    .meta({ description: 'An unhandled failure stops everything at once. Default: false.' }),
  timeout: Duration.optional().meta({
    description: 'For a whole task, from its creation, also while it rests. Default: none.',
    examples: ['1h'],
  }),
  budget: BudgetSpec.optional().meta({ description: 'For each task that runs it. Default: defaults.budget.' }),
  nodes: z.array(NodeSpec).min(1),
  edges: z
    .array(EdgeSpec)
    .optional()
    .meta({ description: 'What leads to what.', examples: [[{ from: 'gather', to: 'done' }]] }),
});
export type WorkflowSpec = z.infer<typeof WorkflowSpec>;

export const DeclaredWorkflowSpec = WorkflowSpec.extend({
  nodes: z
    .array(DeclaredNodeSpec)
    .min(1)
    .meta({
      description: 'What is done. A node without outbound edges ends its branch.',
      examples: [
        [
          { id: 'gather', type: 'agent', agent: 'project_architect' },
          { id: 'done', type: 'end' },
        ],
      ],
    }),
});
export type DeclaredWorkflowSpec = z.infer<typeof DeclaredWorkflowSpec>;

export const WorkflowFile = z
  .strictObject({
    $schema: SchemaAddress,
    workflow: DeclaredWorkflowSpec.meta({ description: 'The nodes and the edges between them.' }),
  })
  .meta({ description: 'Nodes and edges: what leads to what.' });
export type WorkflowFile = z.infer<typeof WorkflowFile>;
