import type { NodeSpec } from '../../manifest/index.ts';
import { compileAgentNode } from './agent.ts';
import { compileDecisionNode } from './decision.ts';
import { compileMapNode, compileRepeatNode, compileWorkflowNode } from './child-work.ts';
import { compileEndNode } from './end.ts';
import { compileFeedbackNode } from './feedback.ts';
import { compileMergeNode } from './merge.ts';
import type { RoleContext, StageProgram } from './role.ts';
import { compileToolNode } from './tool.ts';
import { compileTransformNode } from './transform.ts';

/** The program of a node. A new node type fails to compile here until it has a role. */
export function compileNode(spec: NodeSpec, context: RoleContext): StageProgram {
  switch (spec.type) {
    case 'agent':
      return compileAgentNode(spec, context);
    case 'tool':
      return compileToolNode(spec, context);
    case 'transform':
      return compileTransformNode(spec, context);
    case 'decision':
      return compileDecisionNode(spec, context);
    case 'merge':
      return compileMergeNode(spec, context);
    case 'feedback':
      return compileFeedbackNode(spec, context);
    case 'map':
      return compileMapNode(spec, context);
    case 'repeat':
      return compileRepeatNode(spec, context);
    case 'workflow':
      return compileWorkflowNode(spec, context);
    case 'end':
      return compileEndNode(spec, context);
  }
}

export { bodyId, isChildSpec } from './child-work.ts';
export { conditionOf } from './condition.ts';
export { readAnswer } from './feedback.ts';
export type {
  Answer,
  Conclusion,
  Condition,
  DeliveredArrival,
  MapWork,
  Question,
  RepeatWork,
  RoleContext,
  StageProgram,
  StageScope,
  StageView,
  Work,
} from './role.ts';
