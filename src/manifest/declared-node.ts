import { z } from 'zod';
import { Id } from './common.ts';
import { DeclaredMapNodeSpec, DeclaredRepeatNodeSpec, DeclaredWorkflowNodeSpec } from './child-nodes.ts';
import { FeedbackNodeSpec } from './feedback-node.ts';
import {
  AgentNodeSpec,
  DecisionNodeSpec,
  EndNodeSpec,
  MergeNodeSpec,
  ToolNodeSpec,
  TransformNodeSpec,
} from './node.ts';

/** A node as it may be written: what child tasks run can be written in several ways. */
export const DeclaredNodeSpec = z
  .discriminatedUnion('type', [
    AgentNodeSpec,
    ToolNodeSpec,
    TransformNodeSpec,
    DecisionNodeSpec,
    MergeNodeSpec,
    EndNodeSpec,
    FeedbackNodeSpec,
    DeclaredMapNodeSpec,
    DeclaredRepeatNodeSpec,
    DeclaredWorkflowNodeSpec,
  ])
  .meta({ id: 'node', description: 'One thing that is done.' });
export type DeclaredNodeSpec = z.infer<typeof DeclaredNodeSpec>;

const optionalId = { id: Id.optional() };

/** The one node of a body, for editors: nobody has to name it. What it says is held against `DeclaredNodeSpec`. */
export const BodyNodeSpec = z
  .discriminatedUnion('type', [
    z.strictObject({ ...AgentNodeSpec.shape, ...optionalId }),
    z
      .strictObject({ ...ToolNodeSpec.shape, ...optionalId })
      .meta({ anyOf: [{ required: ['tool'] }, { required: ['plan'] }] }),
    z.strictObject({ ...TransformNodeSpec.shape, ...optionalId }),
    z.strictObject({ ...DecisionNodeSpec.shape, ...optionalId }),
    z.strictObject({ ...MergeNodeSpec.shape, ...optionalId }),
    z.strictObject({ ...EndNodeSpec.shape, ...optionalId }),
    z.strictObject({ ...FeedbackNodeSpec.shape, ...optionalId }),
    z.strictObject({ ...DeclaredMapNodeSpec.shape, ...optionalId }),
    z.strictObject({ ...DeclaredRepeatNodeSpec.shape, ...optionalId }),
    z.strictObject({ ...DeclaredWorkflowNodeSpec.shape, ...optionalId }),
  ])
  .meta({ id: 'body_node', description: 'The one node that is run.' });
