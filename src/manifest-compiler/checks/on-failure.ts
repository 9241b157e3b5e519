import type { FailureCategory, Problem } from '../../errors/index.ts';
import { FailureCategoryName, type FallbackSpec } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import type { GraphNode } from './workflow-graph.ts';

/** Warns where `on_failure` can never apply: edges take every failure, or there is no way on. */
export function checkOnFailure(view: ProjectView): Problem[] {
  if (!view.isGraphWhole || view.isBroken('pipelines', ['fallbacks'])) return [];
  const rows = view.manifests.pipelines?.fallbacks ?? [];
  return view.graph.nodes.flatMap((node) => {
    const policy = 'on_failure' in node.spec ? node.spec.on_failure : undefined;
    const reason = policy === undefined || policy === 'fail' ? undefined : whyNever(node, rows, view);
    if (reason === undefined) return [];
    return [
      view.problem('workflow', {
        severity: 'warning',
        code: 'MANIFEST_UNUSED',
        path: ['workflow', 'nodes', node.index, 'on_failure'],
        at: 'key',
        ...reason,
      }),
    ];
  });
}

function whyNever(
  node: GraphNode,
  rows: readonly FallbackSpec[],
  view: ProjectView,
): Pick<Problem, 'message' | 'hint'> | undefined {
  const { id, spec, outEdges } = node;
  const hasDefault = outEdges.some(({ type }) => type === 'normal');
  if (spec.type === 'decision' && !hasDefault) {
    return {
      message: `"on_failure" of ${quote(id)} never applies: a decision that failed goes on by its default edge, and it has none.`,
      hint: 'Add a normal edge, or remove "on_failure".',
    };
  }
  const taken = new Set([
    ...outEdges
      .flatMap(({ type, spec: edge }) => (type === 'error' || type === 'fallback' ? [edge.on ?? all] : []))
      .flat(),
    ...rows.flatMap((row) => (fits(row, node, view) ? [row.category ?? all] : [])).flat(),
  ]);
  if (!all.every((category) => taken.has(category))) return undefined;
  return {
    message: `"on_failure" of ${quote(id)} never applies: edges and fallbacks take every failure before.`,
    hint: 'Let them take some categories alone, or remove "on_failure".',
  };
}

const all: readonly FailureCategory[] = FailureCategoryName.options;

/** A row holds where its node is, and a node does not take over for itself. */
function fits({ stage, stage_type: stageType, to }: FallbackSpec, { id, spec }: GraphNode, view: ProjectView): boolean {
  if (to === id || !view.graph.byId.has(to)) return false;
  return (stage === undefined || stage === id) && (stageType === undefined || stageType === spec.type);
}
