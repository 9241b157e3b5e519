import type { Problem } from '../../errors/index.ts';
import { listNames } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { asksSomebody } from './asked.ts';
import type { GraphNode, WorkflowGraph } from './workflow-graph.ts';

/** Warns once of the nodes whose failure no edge and no fallback takes. */
export function checkUnhandledFailures(view: ProjectView): Problem[] {
  // The failure of a child task is that of the node above it, which is asked about in its place.
  if (view.unit.name !== '') return [];
  if (!view.isGraphWhole || view.isBroken('pipelines', ['fallbacks'])) return [];
  const fallbacks = view.manifests.pipelines?.fallbacks ?? [];
  const handledNodes = new Set(fallbacks.map(({ stage }) => stage));
  const handledTypes = new Set(fallbacks.filter(({ stage }) => stage === undefined).map((row) => row.stage_type));
  const isHandled = ({ id, spec, outEdges }: GraphNode): boolean =>
    goesPast(spec) ||
    outEdges.some(({ type }) => type === 'error' || type === 'fallback') ||
    handledNodes.has(id) ||
    handledTypes.has(spec.type) ||
    handledTypes.has(undefined);
  const absorbed = absorbedNodes(view.graph);
  const unhandled = view.graph.nodes.filter(
    (node) => asksSomebody(view, node.spec) && !isHandled(node) && !absorbed.has(node),
  );
  const [first] = unhandled;
  if (first === undefined) return [];
  return [
    view.problem('workflow', {
      severity: 'warning',
      code: 'MANIFEST_FAILURE_UNHANDLED',
      message: `Nothing handles a failure of ${listNames(unhandled.map(({ id }) => id))}: it fails the task.`,
      hint: 'Add an edge of type error or fallback, or a row to "fallbacks" of pipelines.yaml.',
      path: ['workflow', 'nodes', first.index, 'id'],
    }),
  ];
}

/** Nodes without which a merge further on goes on when they failed, or has an edge for that. */
function absorbedNodes({ nodes }: WorkflowGraph): ReadonlySet<GraphNode> {
  const found = new Set(nodes.filter(takesBranchFailure).flatMap(nodesBefore));
  for (const node of found) for (const before of nodesBefore(node)) found.add(before); // a loop sees what is added meanwhile
  return found;
}

function nodesBefore({ inEdges }: GraphNode): readonly GraphNode[] {
  return inEdges.flatMap(({ type, source }) =>
    source !== undefined && (type === 'normal' || type === 'conditional') ? [source] : [],
  );
}

function goesPast(spec: GraphNode['spec']): boolean {
  return 'on_failure' in spec && spec.on_failure !== undefined && spec.on_failure !== 'fail';
}

function takesBranchFailure({ spec, outEdges }: GraphNode): boolean {
  if (spec.type !== 'merge') return false;
  if (goesPast(spec)) return true;
  const isTolerant = (spec.join ?? 'all') !== 'all' || spec.on_branch_failure === 'continue';
  return isTolerant || outEdges.some(({ type }) => type === 'error' || type === 'fallback');
}
