import type { NodeSpec } from '../../manifest/index.ts';
import { compileAgentNode } from './agent.ts';
import { compileDecisionNode } from './decision.ts';
import { compileEndNode } from './end.ts';
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
    case 'end':
      return compileEndNode(spec, context);
  }
}

export type { Conclusion, DeliveredArrival, RoleContext, StageProgram, StageScope, StageView, Work } from './role.ts';
