import type { DefaultsSpec, FallbackSpec, WorkflowSpec } from '../../manifest/index.ts';
import type { WorkflowGraph } from '../../machines/index.ts';
import { expandFallbacks } from './fallback-matrix.ts';
import { buildGraph } from './graph-builder.ts';
import { outlineEdges, outlineNode, type Outline } from './outline.ts';

/** A workflow as written, as a list of nodes and edges with everything implicit made explicit. */
export function outlineWorkflow(
  workflow: WorkflowSpec,
  defaults: DefaultsSpec,
  fallbacks: readonly FallbackSpec[] = [],
): Outline {
  const outline = {
    nodes: workflow.nodes.map((node) => outlineNode(node, defaults)),
    edges: outlineEdges(workflow.edges ?? []),
  };
  return expandFallbacks(outline, fallbacks);
}

/** The graph of a workflow whose manifest has passed the checks, or of one pipeline of it. */
export function planGraph(workflow: WorkflowSpec, outline: Outline, entry: string): WorkflowGraph {
  return buildGraph(outline, {
    id: workflow.id,
    entry,
    exit: workflow.exit ?? 'all',
    failFast: workflow.fail_fast ?? false,
  });
}
