import type { Problem } from '../../errors/index.ts';
import type { PipelineSpec } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';
import { reachableFrom, type GraphNode } from './workflow-graph.ts';

/** Nodes of all pipelines together, each of which is compiled: about a second of work. */
const nodeBudget = 80_000;

/** Pipelines begin and end at nodes, and there is a way from the one to each of the others. */
export function checkPipelines(view: ProjectView): Problem[] {
  const pipelines = Object.entries(view.manifests.pipelines?.pipelines ?? {});
  const references = pipelines.flatMap(([name, pipeline]) => nodeReferences(view, name, pipeline));
  if (!view.isGraphWhole) return references;
  if (pipelines.length > 1 && pipelines.length * view.graph.nodes.length > nodeBudget)
    return [...references, tooMany(view)];
  const reachedFrom = new Map<GraphNode, ReadonlySet<GraphNode>>();
  const reach = (entry: GraphNode): ReadonlySet<GraphNode> => {
    const reached = reachedFrom.get(entry) ?? reachableFrom([entry]);
    reachedFrom.set(entry, reached);
    return reached;
  };
  return [...references, ...pipelines.flatMap(([name, pipeline]) => waysToEnds(view, { name, pipeline, reach }))];
}

function tooMany(view: ProjectView): Problem {
  return view.problem('pipelines', {
    code: 'MANIFEST_FILE_TOO_LARGE',
    message: 'There are more pipelines than can be checked with a workflow of this size.',
    hint: 'Use fewer pipelines, or make the workflow smaller.',
    path: ['pipelines'],
    at: 'key',
  });
}

function nodeReferences(view: ProjectView, name: string, { entry, ends }: PipelineSpec): Problem[] {
  const path = ['pipelines', name];
  const node = { kind: 'pipelines', what: 'node of the workflow', names: view.nodeIds, home: 'workflow.yaml' } as const;
  return [
    ...checkReference(view, { ...node, path: [...path, 'entry'], name: entry }),
    ...ends.flatMap((end, index) => checkReference(view, { ...node, path: [...path, 'ends', index], name: end })),
  ];
}

interface Ways {
  readonly name: string;
  readonly pipeline: PipelineSpec;
  readonly reach: (entry: GraphNode) => ReadonlySet<GraphNode>;
}

function waysToEnds(view: ProjectView, { name, pipeline, reach }: Ways): Problem[] {
  const entry = view.graph.byId.get(pipeline.entry);
  if (entry === undefined) return [];
  return pipeline.ends.flatMap((id, index): Problem[] => {
    const end = view.graph.byId.get(id);
    if (end === undefined || reach(entry).has(end)) return [];
    return [
      view.problem('pipelines', {
        code: 'MANIFEST_PIPELINE_INVALID',
        message: `No way leads from ${quote(entry.id)} to ${quote(id)}, so the pipeline ${quote(name)} cannot end there.`,
        hint: 'Remove the end, or add the edges that lead to it.',
        path: ['pipelines', name, 'ends', index],
      }),
    ];
  });
}
