import { z } from 'zod';
import { Expression, Mapping } from './common.ts';
import { spendingNodeFields } from './node-fields.ts';

/*
 * Nodes whose work is done by child tasks. What such a task runs is written in one of three ways: one node, nodes and
 * edges in place, or another workflow file. All three are read as workflows of their own, which the nodes then name.
 */

const nested = z.record(z.string(), z.json());

const bodyFields = {
  node: nested.optional().meta({
    schemaRef: 'body_node',
    description: 'What is run, as one node; its id may be left out.',
    examples: [{ type: 'agent', agent: 'module_implementer' }],
  }),
  body: nested.optional().meta({
    schemaRef: 'workflow',
    description: 'What is run, as nodes and edges.',
    examples: [{ nodes: [{ id: 'draft', type: 'agent', agent: 'writer' }], edges: [] }],
  }),
  workflow: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'What is run: path of a workflow file.', examples: ['workflows/review.yaml'] }),
};

/** In manifests that have passed the checks: the workflow that is run, by its name in `ProjectSpec.workflows`. */
const runnableBody = { workflow: z.string().min(1) };

const mapFields = {
  type: z.literal('map').meta({ description: 'Runs a node or a workflow for each item of a list.' }),
  ...spendingNodeFields,
  items: Mapping.meta({
    description: 'The list: one child task for each item.',
    examples: ['${{ stages.plan.output.modules }}'],
  }),
  input: Mapping.optional().meta({
    description: 'The request of a child task; may name item and index. Default: the item.',
  }),
  max_parallel: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'Most items at a time. Default: max_parallel of the engine.', examples: [4] }),
  max_items: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Longest list; a longer one fails the node. Default: any.', examples: [100] }),
  on_item_failure: z
    .enum(['fail', 'continue', 'quorum'])
    .optional()
    .meta({ description: 'When an item failed: stop, go on, or go on if enough are done. Default: fail.' }),
  quorum: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Items that have to be done, for a quorum.', examples: [3] }),
};

const repeatFields = {
  type: z.literal('repeat').meta({ description: 'Runs a node or a workflow until a condition holds.' }),
  ...spendingNodeFields,
  input: Mapping.optional().meta({
    description: 'The request of an iteration; may name iteration, and output, which is that of the iteration before.',
  }),
  until: Expression.optional().meta({
    description: 'Over when it holds for the output of an iteration.',
    examples: ['output.approved'],
  }),
  max_iterations: z
    .int()
    .min(1)
    .max(10_000)
    .meta({ description: 'Most iterations.', examples: [5] }),
  on_exhausted: z.enum(['fail', 'accept', 'partial']).optional().meta({
    description:
      'When max_iterations is reached: a failure, or what the last iteration gave, with partial as a partial success. Default: fail; accept without until.',
  }),
};

const workflowFields = {
  type: z.literal('workflow').meta({ description: 'Runs another workflow.' }),
  ...spendingNodeFields,
  input: Mapping.optional().meta({
    description: 'The request of the child task. Default: outputs of the nodes before it.',
  }),
};

export const DeclaredMapNodeSpec = z.strictObject({ ...mapFields, ...bodyFields });
export const DeclaredRepeatNodeSpec = z.strictObject({ ...repeatFields, ...bodyFields });
export const DeclaredWorkflowNodeSpec = z.strictObject({
  ...workflowFields,
  workflow: z
    .string()
    .min(1)
    .meta({ description: 'Path of a workflow file.', examples: ['workflows/review.yaml'] }),
});

export const MapNodeSpec = z.strictObject({ ...mapFields, ...runnableBody });
export type MapNodeSpec = z.infer<typeof MapNodeSpec>;
export const RepeatNodeSpec = z.strictObject({ ...repeatFields, ...runnableBody });
export type RepeatNodeSpec = z.infer<typeof RepeatNodeSpec>;
export const WorkflowNodeSpec = z.strictObject({ ...workflowFields, ...runnableBody });
export type WorkflowNodeSpec = z.infer<typeof WorkflowNodeSpec>;
