import type { ProblemPath } from '../../errors/index.ts';
import type { PipelineSpec, WorkflowSpec } from '../../manifest/index.ts';
import type { GraphNode, WorkflowGraph } from '../../machines/index.ts';
import type { ExpressionFault, ScopeNames, WorkflowShapes } from '../expressions/index.ts';
import { emitChart } from '../lanes/emit.ts';
import { findAncestors, type Ancestors } from '../plan/ancestors.ts';
import { analyseConcurrency } from '../plan/concurrency.ts';
import { findMisplacedJoins, findShadowedEdges, type MisplacedJoin } from '../plan/exclusive-joins.ts';
import type { Outline, OutlineEdge, OutlineNode } from '../plan/outline.ts';
import { sliceOutline } from '../plan/pipeline-slice.ts';
import { planGraph } from '../plan/workflow-plan.ts';
import { createNameFinder, quote } from '../report/index.ts';
import { compileNode, conditionOf, type Condition, type StageProgram } from '../roles/index.ts';
import type { CompiledPipeline } from './compiled.ts';
import type { FaultCollector, Place } from './fault-collector.ts';
import { once } from './once.ts';
import { scopeBefore, scopeBehind, variablesIn, type Frame } from './scope-names.ts';

/** One traversal to compile. */
export interface PipelineTask {
  readonly id: string;
  readonly entry: string;
  readonly spec?: PipelineSpec;
  /** For what child tasks run: the name of the workflow, and the type of the node that runs it. */
  readonly name?: string;
  readonly frame?: Frame;
}

export interface PipelineParts {
  readonly task: PipelineTask;
  readonly faults: FaultCollector;
  /** What is known of the outputs of the workflow. */
  readonly shapes: WorkflowShapes | undefined;
}

export function compilePipeline(
  workflow: WorkflowSpec,
  whole: Outline,
  { task, faults, shapes }: PipelineParts,
): CompiledPipeline {
  const outline = sliceOutline(whole, { entry: task.entry, ...(task.spec !== undefined && { ends: task.spec.ends }) });
  const graph = planGraph(workflow, outline, task.entry);
  const parts = { workflow, graph, outline, faults, task, shapes };
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

interface Parts extends PipelineParts {
  readonly workflow: WorkflowSpec;
  readonly graph: WorkflowGraph;
  readonly outline: Outline;
}

function compilePrograms(parts: Parts): ReadonlyMap<string, StageProgram> {
  const { workflow, graph, outline, faults, task, shapes } = parts;
  const ancestors = findAncestors(graph);
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
        { outboundOf, faults, ancestors, find: (id) => graph.byId.get(id), task, places, shapes },
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
  readonly shapes: WorkflowShapes | undefined;
  readonly ancestors: Ancestors;
  readonly find: (id: string) => GraphNode | undefined;
  /** Of the nodes of the workflow, by id. */
  readonly places: ReadonlyMap<string, number>;
}

function compileProgram({ node, inGraph, place }: NodePlace, context: ProgramContext): StageProgram {
  const { faults, outboundOf, ancestors, find, task, places, shapes } = context;
  const id = node.standsFor ?? node.spec.id;
  const variables = variablesIn(task.frame);
  const known = { ancestors, find, variables, shapes };
  const scope = scopeBefore(inGraph, known, id);
  const scopeOfEdges = scopeBehind(inGraph, known, id);
  const at = (path: ProblemPath): Place => placeIn(task, ['nodes', place, ...path]);
  const conditionAt = (source: string, names: ScopeNames, where: Place): Condition | undefined => {
    const expression = faults.condition(source, names, where);
    return expression === undefined ? undefined : conditionOf(expression);
  };
  return compileNode(node.spec, {
    outbound: outboundOf(inGraph.id),
    mapping: (value, path, more) => faults.mapping(value, scope(more), at(path)),
    expression: (source, path, more) => conditionAt(source, scope(more), at(path)),
    needsWayFrom(other, path) {
      // That there is no such node at all, a check has said.
      if (ancestors.has(inGraph, other) || !places.has(other)) return;
      faults.report('MANIFEST_PLAN_INVALID', at(path), noWay(other, inGraph.id, ancestors.namesOf(inGraph)));
    },
    edgeExpression: (edge) =>
      edge.when === undefined || edge.source === undefined
        ? undefined
        : conditionAt(edge.when, scopeOfEdges, placeIn(task, ['edges', edge.source, 'when'])),
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
  for (const join of findMisplacedJoins(graph, outline)) {
    const place = placeIn(task, ['nodes', places.get(join.node) ?? 0, 'id']);
    faults.report('MANIFEST_JOIN_MISPLACED', place, describeJoin(join));
  }
}

function describeJoin({ node, edges }: MisplacedJoin): Pick<ExpressionFault, 'message' | 'hint'> {
  const hint = `Let them meet in a node of type merge before ${quote(node)}.`;
  if (edges === undefined) {
    const message = `Many edges lead to ${quote(node)}, which is no merge, and the workflow is too wide to prove that they exclude each other.`;
    return { message, hint };
  }
  const [one, other] = edges.map((edge) => quote(edge.from));
  const message = `The edges from ${one} and ${other} to ${quote(node)} may both be taken in one run, and ${quote(node)} is no merge.`;
  return { message, hint };
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
