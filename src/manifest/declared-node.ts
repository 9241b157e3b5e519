import { z } from 'zod';
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
export const DeclaredNodeSpec = z.discriminatedUnion('type', [
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
]);
export type DeclaredNodeSpec = z.infer<typeof DeclaredNodeSpec>;
