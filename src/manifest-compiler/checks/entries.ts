import type { Problem } from '../../errors/index.ts';
import { listNames, quote } from '../report/index.ts';
import { firstNodes } from './first-nodes.ts';
import type { ProjectView } from './project-view.ts';
import { reachableFrom, type GraphNode } from './workflow-graph.ts';

/** There is one node to begin with, and a way from it, or from the entry of a pipeline, to every other node. */
export function checkEntries(view: ProjectView): Problem[] {
  const marked = view.graph.nodes.filter(({ spec }) => spec.entry === true);
  const misplaced = marked.filter(({ inEdges }) => inEdges.length > 0);
  if (misplaced.length > 0) return misplaced.map((node) => misplacedMark(view, node));
  const second = marked[1];
  if (second !== undefined) return [secondMark(view, second)];
  const isPipelinesWhole = !view.isBroken('pipelines', ['pipelines']) && !view.isBroken('pipelines', ['fallbacks']);
  return view.isGraphWhole && isPipelinesWhole ? startProblems(view, marked) : [];
}

function startProblems(view: ProjectView, marked: readonly GraphNode[]): Problem[] {
  const { candidates, others } = firstNodes(view);
  const pipelines = Object.values(view.manifests.pipelines?.pipelines ?? {});
  const pipelineEntries = pipelines.flatMap(({ entry }) => view.graph.byId.get(entry) ?? []);
  const fallbacks = view.manifests.pipelines?.fallbacks ?? [];
  const areKnown = pipelineEntries.length === pipelines.length && fallbacks.every(({ to }) => view.graph.byId.has(to));
  if (!areKnown) return [];
  if (marked.length > 0) return unreachable(view, [...marked, ...pipelineEntries, ...others]);
  if (pipelines.length > 0) return unreachable(view, [...pipelineEntries, ...others]);
  const first = others.find(({ inEdges }) => inEdges.length === 0);
  if (candidates.length === 0 && first !== undefined) return [missing(view, first)];
  if (candidates.length > 1) return [ambiguous(view, candidates)];
  return unreachable(view, [...candidates, ...others]);
}

function misplacedMark(view: ProjectView, { id, index }: GraphNode): Problem {
  return view.problem('workflow', {
    code: 'MANIFEST_VALUE_INVALID',
    message: `${quote(id)} is marked as the entry, and edges lead to it.`,
    hint: 'Mark a node that no edge leads to.',
    path: ['workflow', 'nodes', index, 'entry'],
    at: 'key',
  });
}

function secondMark(view: ProjectView, { id, index }: GraphNode): Problem {
  return view.problem('workflow', {
    code: 'MANIFEST_ENTRY_AMBIGUOUS',
    message: `${quote(id)} is the second node that is marked as the entry.`,
    hint: 'Mark one node. Other entries belong to pipelines.',
    path: ['workflow', 'nodes', index, 'entry'],
    at: 'key',
  });
}

function missing(view: ProjectView, { id, index }: GraphNode): Problem {
  return view.problem('workflow', {
    code: 'MANIFEST_ENTRY_MISSING',
    message: `No node can be the first one: ${quote(id)} takes over after failures.`,
    hint: 'Mark the first node with "entry: true", or add one.',
    path: ['workflow', 'nodes', index, 'id'],
  });
}

function ambiguous(view: ProjectView, candidates: readonly GraphNode[]): Problem {
  return view.problem('workflow', {
    code: 'MANIFEST_ENTRY_AMBIGUOUS',
    message: `Several nodes could be the first one: ${listNames(candidates.map(({ id }) => id))}.`,
    hint: 'Mark one of them with "entry: true", or add the edges that lead to the others.',
    path: ['workflow', 'nodes', candidates[0]?.index ?? 0, 'id'],
  });
}

/** Only where a part begins that nothing leads to: what hangs on it has the same cause. */
function unreachable(view: ProjectView, starts: readonly GraphNode[]): Problem[] {
  if (starts.length === 0) return [];
  const reached = reachableFrom(starts);
  return view.graph.nodes
    .filter((node) => node.inEdges.length === 0 && node.spec.type !== 'merge' && !reached.has(node))
    .map(({ id, index }) =>
      view.problem('workflow', {
        code: 'MANIFEST_NODE_UNREACHABLE',
        message: `No way leads from the entry to ${quote(id)}.`,
        hint: 'Add an edge that leads to it, or remove it.',
        path: ['workflow', 'nodes', index, 'id'],
      }),
    );
}
