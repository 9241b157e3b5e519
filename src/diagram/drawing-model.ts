import { EngineError } from '../errors/index.ts';
import type { CompiledPipeline, CompiledProject, OutlineEdge, OutlineNode } from '../manifest-compiler/index.ts';
import { edgeLabel } from './edge-label.ts';
import type { DrawingEdge, DrawingModel, DrawingNode, DrawingOptions } from './model.ts';
import { openChildren } from './open-children.ts';
import { secondLine } from './second-line.ts';

/**
 * What there is to draw of a project: one pipeline of it, or of what its child tasks run, or all that its pipelines can
 * walk. Throws ROUTING_NO_PIPELINE for a pipeline that is not there.
 */
export function drawingModel(compiled: CompiledProject, { pipeline, collapse }: DrawingOptions = {}): DrawingModel {
  const model = flatModel(compiled, pipeline);
  return openChildren(model, { bodyModel: (id) => flatModel(compiled, id), collapse: collapse ?? [] });
}

/** Without the children of its nodes. */
function flatModel(compiled: CompiledProject, pipelineId?: string): DrawingModel {
  const pipelines = pipelinesToDraw(compiled, pipelineId);
  const [{ workflow } = compiled.project] = pipelines;
  const nodes = new Map(pipelines.flatMap(({ outline }) => outline.nodes.map((node) => [node.spec.id, node] as const)));
  const edges = new Map(pipelines.flatMap(({ outline }) => outline.edges.map((edge) => [edge.id, edge] as const)));
  const inbound = countBranches(edges.values());
  return {
    workflow: workflow.id,
    view: 'workflow',
    nodes: inOrderOf(workflow.nodes, nodes.values()).map((node) =>
      drawNode(node, { compiled, branches: inbound.get(node.spec.id) ?? 0 }),
    ),
    edges: [...edges.values()].toSorted(bySource).map(drawEdge),
    entries: [...new Set(pipelines.map(({ graph }) => graph.entry.id))],
  };
}

/** The pipeline or body of that id; without one, all pipelines. Throws ROUTING_NO_PIPELINE. */
export function pipelinesToDraw(
  { pipelines, bodies }: CompiledProject,
  id: string | undefined,
): readonly CompiledPipeline[] {
  if (id === undefined) return [...pipelines.values()];
  const pipeline = pipelines.get(id) ?? bodies.get(id);
  if (pipeline !== undefined) return [pipeline];
  throw new EngineError('ROUTING_NO_PIPELINE', `The project has no pipeline "${id}".`, {
    hint: `Use one of: ${[...pipelines.keys(), ...bodies.keys()].join(', ')}.`,
  });
}

/** Nodes before each node: one that leads to it by several edges, such as a fallback, is one branch. */
function countBranches(edges: Iterable<OutlineEdge>): ReadonlyMap<string, number> {
  const sources = Map.groupBy(edges, ({ to }) => to);
  return new Map([...sources].map(([to, inbound]) => [to, new Set(inbound.map(({ from }) => from)).size]));
}

/** Nodes that the compiler added come after those of the file. */
function inOrderOf(written: readonly { readonly id: string }[], nodes: Iterable<OutlineNode>): readonly OutlineNode[] {
  const places = new Map(written.map(({ id }, place) => [id, place]));
  const placeOf = ({ spec }: OutlineNode): number => places.get(spec.id) ?? places.size;
  return [...nodes].toSorted((one, other) => placeOf(one) - placeOf(other) || byText(one.spec.id, other.spec.id));
}

/** Edges that the compiler added come after those of the file. */
function bySource(one: OutlineEdge, other: OutlineEdge): number {
  const last = Number.MAX_SAFE_INTEGER;
  return (one.source ?? last) - (other.source ?? last) || byText(one.id, other.id);
}

function byText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

interface NodePlace {
  readonly compiled: CompiledProject;
  readonly branches: number;
}

function drawNode({ spec, standsFor }: OutlineNode, { compiled, branches }: NodePlace): DrawingNode {
  const detail = secondLine(spec, { project: compiled.project, branches });
  const body = 'workflow' in spec ? `${spec.type}:${spec.workflow}` : undefined;
  const isFailure = spec.type === 'end' && (spec.status === 'failure' || spec.always_fail === true);
  return {
    id: spec.id,
    title: standsFor ?? spec.id,
    type: spec.type,
    ...(detail !== undefined && { detail }),
    ...(isFailure && { isFailure }),
    ...(body !== undefined && compiled.bodies.has(body) && { body }),
  };
}

function drawEdge(edge: OutlineEdge): DrawingEdge {
  const { id, from, to, kind, choice } = edge;
  const label = edgeLabel(edge);
  return { id, from, to, kind, ...(label !== undefined && { label }), ...(choice !== undefined && { choice }) };
}
