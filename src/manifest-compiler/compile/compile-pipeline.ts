import type { ProblemPath } from '../../errors/index.ts';
import type { PipelineSpec, WorkflowSpec } from '../../manifest/index.ts';
import type { GraphNode, WorkflowGraph } from '../../machines/index.ts';
import type { ExpressionFault, ScopeNames, ScopeVariable } from '../expressions/index.ts';
import { emitChart } from '../lanes/emit.ts';
import { findAncestors } from '../plan/ancestors.ts';
import { analyseConcurrency } from '../plan/concurrency.ts';
import { findMisplacedJoins, findShadowedEdges } from '../plan/exclusive-joins.ts';
import type { Outline, OutlineEdge, OutlineNode } from '../plan/outline.ts';
import { sliceOutline } from '../plan/pipeline-slice.ts';
import { planGraph } from '../plan/workflow-plan.ts';
import { createNameFinder } from '../report/index.ts';
import { compileNode, conditionOf, type Condition, type StageProgram } from '../roles/index.ts';
import type { CompiledPipeline } from './compiled.ts';
import type { FaultCollector, Place } from './fault-collector.ts';

/** One traversal to compile. */
export interface PipelineTask {
  readonly id: string;
  readonly entry: string;
  readonly spec?: PipelineSpec;
  /** For what child tasks run: the name of the workflow, and the type of the node that runs it. */
  readonly name?: string;
  readonly frame?: keyof typeof frameVariables;
}

/** What expressions of a child task may name besides, by the type of the node that starts it. */
const frameVariables = {
  map: ['item', 'index'],
  repeat: ['iteration'],
  workflow: [],
} as const satisfies Record<string, readonly ScopeVariable[]>;

const variables: readonly ScopeVariable[] = ['task', 'input', 'stages', 'output', 'error', 'arrivals'];

export function compilePipeline(
  workflow: WorkflowSpec,
  whole: Outline,
  { task, faults }: { task: PipelineTask; faults: FaultCollector },
): CompiledPipeline {
  const outline = sliceOutline(whole, { entry: task.entry, ...(task.spec !== undefined && { ends: task.spec.ends }) });
  const graph = planGraph(workflow, outline, task.entry);
  const parts = { workflow, graph, outline, faults, task };
  reportJoins(parts);
  reportShadowed(parts);
  return {
    id: task.id,
    ...(task.spec !== undefined && { spec: task.spec }),
    ...(task.name !== undefined && { name: task.name }),
    workflow,
    outline,
    graph,
    programs: compilePrograms(parts),
    chart: once(() => emitChart(graph, analyseConcurrency(graph))),
  };
}

interface Parts {
  readonly workflow: WorkflowSpec;
  readonly task: PipelineTask;
  readonly graph: WorkflowGraph;
  readonly outline: Outline;
  readonly faults: FaultCollector;
}

function compilePrograms(parts: Parts): ReadonlyMap<string, StageProgram> {
  const { workflow, graph, outline, faults, task } = parts;
  const ancestorsOf = findAncestors(graph);
  const places = placesOf(workflow);
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
        { outboundOf, faults, ancestorsOf, task },
      ),
    );
  }
  return programs;
}

function placesOf({ nodes }: WorkflowSpec): ReadonlyMap<string, number> {
  return new Map(nodes.map((node, place) => [node.id, place]));
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
  readonly task: PipelineTask;
  readonly ancestorsOf: (node: GraphNode) => readonly string[];
}

function compileProgram({ node, inGraph, place }: NodePlace, context: ProgramContext): StageProgram {
  const { faults, outboundOf, ancestorsOf, task } = context;
  const named = task.frame === undefined ? variables : [...variables, ...frameVariables[task.frame]];
  // Made when a first expression asks: most nodes of a large workflow have none.
  const stages = once(() => ancestorsOf(inGraph));
  const scope = (more: readonly ScopeVariable[] = []): ScopeNames => ({
    variables: [...named, ...more],
    stages: stages(),
  });
  const scopeOfEdges = once((): ScopeNames => ({ variables: named, stages: [...stages(), inGraph.id] }));
  const at = (path: ProblemPath): Place => placeIn(task, ['nodes', place, ...path]);
  const conditionAt = (source: string, names: ScopeNames, where: Place): Condition | undefined => {
    const expression = faults.expression(source, names, where);
    return expression === undefined ? undefined : conditionOf(expression);
  };
  return compileNode(node.spec, {
    outbound: outboundOf(inGraph.id),
    mapping: (value, path, more) => faults.mapping(value, scope(more), at(path)),
    expression: (source, path, more) => conditionAt(source, scope(more), at(path)),
    needsWayFrom(other, path) {
      if (stages().includes(other)) return;
      faults.report('MANIFEST_PLAN_INVALID', at(path), noWay(other, inGraph.id, stages()));
    },
    edgeExpression: (edge) =>
      edge.when === undefined || edge.source === undefined
        ? undefined
        : conditionAt(edge.when, scopeOfEdges(), placeIn(task, ['edges', edge.source, 'when'])),
  });
}

/** A place in the workflow that is compiled. */
function placeIn({ name }: PipelineTask, path: ProblemPath): Place {
  return { kind: 'workflow', path: ['workflow', ...path], ...(name !== undefined && { workflow: name }) };
}

function noWay(from: string, to: string, before: readonly string[]): Pick<ExpressionFault, 'message' | 'hint'> {
  return {
    message: `No way leads from "${from}" to "${to}", so its tool plan is never there.`,
    hint: createNameFinder(before).hint(from) ?? `Draw an edge from "${from}".`,
  };
}

function reportJoins({ workflow, graph, outline, faults, task }: Parts): void {
  const places = placesOf(workflow);
  for (const { node, edges } of findMisplacedJoins(graph, outline)) {
    const [one, other] = edges.map((edge) => `"${edge.from}"`);
    faults.report('MANIFEST_JOIN_MISPLACED', placeIn(task, ['nodes', places.get(node) ?? 0, 'id']), {
      message: `The edges from ${one} and ${other} to "${node}" may both be taken in one run, and "${node}" is no merge.`,
      hint: `Let them meet in a node of type merge before "${node}".`,
    });
  }
}

function reportShadowed({ graph, outline, faults, task }: Parts): void {
  const shadowed = new Set(findShadowedEdges(graph));
  for (const edge of outline.edges) {
    if (!shadowed.has(edge.id) || edge.source === undefined) continue;
    faults.report('MANIFEST_EDGE_UNREACHABLE', placeIn(task, ['edges', edge.source]), {
      message: `No failure of "${edge.from}" can take the edge to "${edge.to}": a fallback edge without "on" takes all of them.`,
      hint: 'Give the fallback edge the categories it is for, or remove one of the two.',
    });
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
