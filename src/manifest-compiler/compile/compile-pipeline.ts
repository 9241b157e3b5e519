import type { PipelineSpec, ProjectSpec } from '../../manifest/index.ts';
import type { GraphNode, WorkflowGraph } from '../../machines/index.ts';
import type { ScopeNames, ScopeVariable } from '../expressions/index.ts';
import { emitChart } from '../lanes/emit.ts';
import { findAncestors } from '../plan/ancestors.ts';
import { analyseConcurrency } from '../plan/concurrency.ts';
import { findMisplacedJoins, findShadowedEdges } from '../plan/exclusive-joins.ts';
import type { Outline, OutlineEdge, OutlineNode } from '../plan/outline.ts';
import { sliceOutline } from '../plan/pipeline-slice.ts';
import { planGraph } from '../plan/workflow-plan.ts';
import { compileNode, type StageProgram } from '../roles/index.ts';
import type { CompiledPipeline } from './compiled.ts';
import type { FaultCollector } from './fault-collector.ts';

/** One traversal to compile. */
export interface PipelineTask {
  readonly id: string;
  readonly entry: string;
  readonly spec?: PipelineSpec;
}

const variables: readonly ScopeVariable[] = ['task', 'input', 'stages', 'output', 'error', 'arrivals'];

export function compilePipeline(
  project: ProjectSpec,
  whole: Outline,
  { task, faults }: { task: PipelineTask; faults: FaultCollector },
): CompiledPipeline {
  const outline = sliceOutline(whole, { entry: task.entry, ...(task.spec !== undefined && { ends: task.spec.ends }) });
  const graph = planGraph(project.workflow, outline, task.entry);
  reportJoins(project, { graph, outline, faults });
  reportShadowed({ graph, outline, faults });
  return {
    id: task.id,
    ...(task.spec !== undefined && { spec: task.spec }),
    outline,
    graph,
    programs: compilePrograms(project, { graph, outline, faults }),
    chart: once(() => emitChart(graph, analyseConcurrency(graph))),
  };
}

interface Parts {
  readonly graph: WorkflowGraph;
  readonly outline: Outline;
  readonly faults: FaultCollector;
}

function compilePrograms(project: ProjectSpec, { graph, outline, faults }: Parts): ReadonlyMap<string, StageProgram> {
  const ancestorsOf = findAncestors(graph);
  const places = placesOf(project);
  const bySource = Map.groupBy(outline.edges, (edge) => edge.from);
  const outboundOf = (node: string): readonly OutlineEdge[] => bySource.get(node) ?? [];
  const programs = new Map<string, StageProgram>();
  for (const node of outline.nodes) {
    const inGraph = graph.byId.get(node.spec.id);
    if (inGraph === undefined) continue;
    programs.set(
      node.spec.id,
      compileProgram(
        { node, inGraph, place: places.get(node.standsFor ?? node.spec.id) ?? 0 },
        { outboundOf, faults, ancestorsOf },
      ),
    );
  }
  return programs;
}

function placesOf(project: ProjectSpec): ReadonlyMap<string, number> {
  return new Map(project.workflow.nodes.map((node, place) => [node.id, place]));
}

interface NodePlace {
  readonly node: OutlineNode;
  readonly inGraph: GraphNode;
  /** Place in the manifest's list of nodes. */
  readonly place: number;
}

interface ProgramContext {
  readonly outboundOf: (node: string) => readonly OutlineEdge[];
  readonly faults: FaultCollector;
  readonly ancestorsOf: (node: GraphNode) => readonly string[];
}

function compileProgram({ node, inGraph, place }: NodePlace, context: ProgramContext): StageProgram {
  const { faults, outboundOf, ancestorsOf } = context;
  // Made when a first expression asks: most nodes of a large workflow have none.
  const scope = once((): ScopeNames => ({ variables, stages: ancestorsOf(inGraph) }));
  const scopeOfEdges = once((): ScopeNames => ({ variables, stages: [...scope().stages, inGraph.id] }));
  return compileNode(node.spec, {
    outbound: outboundOf(inGraph.id),
    mapping: (value, path) =>
      faults.mapping(value, scope(), { kind: 'workflow', path: ['workflow', 'nodes', place, ...path] }),
    edgeExpression: (edge) =>
      edge.when === undefined || edge.source === undefined
        ? undefined
        : faults.expression(edge.when, scopeOfEdges(), {
            kind: 'workflow',
            path: ['workflow', 'edges', edge.source, 'when'],
          }),
  });
}

function reportJoins(project: ProjectSpec, { graph, outline, faults }: Parts): void {
  const places = placesOf(project);
  for (const { node, edges } of findMisplacedJoins(graph, outline)) {
    const [one, other] = edges.map((edge) => `"${edge.from}"`);
    faults.report(
      'MANIFEST_JOIN_MISPLACED',
      { kind: 'workflow', path: ['workflow', 'nodes', places.get(node) ?? 0, 'id'] },
      {
        message: `The edges from ${one} and ${other} to "${node}" may both be taken in one run, and "${node}" is no merge.`,
        hint: `Let them meet in a node of type merge before "${node}".`,
      },
    );
  }
}

function reportShadowed({ graph, outline, faults }: Parts): void {
  const shadowed = new Set(findShadowedEdges(graph));
  for (const edge of outline.edges) {
    if (!shadowed.has(edge.id) || edge.source === undefined) continue;
    faults.report(
      'MANIFEST_EDGE_UNREACHABLE',
      { kind: 'workflow', path: ['workflow', 'edges', edge.source] },
      {
        message: `No failure of "${edge.from}" can take the edge to "${edge.to}": a fallback edge without "on" takes all of them.`,
        hint: 'Give the fallback edge the categories it is for, or remove one of the two.',
      },
    );
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
