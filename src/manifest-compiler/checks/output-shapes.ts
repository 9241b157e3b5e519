import type { DeclaredNodeSpec, JsonSchema, MergePolicy, ToolType } from '../../manifest/index.ts';
import type { ValueShape, WorkflowShapes } from '../expressions/index.ts';
import type { ProjectView } from './project-view.ts';
import { mapShape, schemaShape, valueShape } from './value-shapes.ts';
import type { GraphNode } from './workflow-graph.ts';

type Shape = ValueShape | undefined;

/** Outputs that tools of a type give; in a dry run they have others. */
const toolFields: Readonly<Partial<Record<ToolType, readonly string[]>>> = {
  'filesystem.read_file': ['path', 'text', 'base64', 'bytes', 'truncated'],
  'filesystem.write_file': ['path', 'bytes', 'created'],
  'filesystem.list': ['root', 'entries', 'truncated'],
  'filesystem.search': ['root', 'matches', 'files', 'skipped', 'truncated'],
  'filesystem.patch': ['path', 'bytes', 'replacements', 'before_hash', 'after_hash'],
  'memory.remember': ['id', 'store'],
  'memory.recall': ['items', 'truncated'],
  'command.run': ['exit_code', 'stdout', 'stderr'],
  'http.request': ['status', 'headers', 'body'],
};

/** In them `output` may be what they come to themselves: that of an iteration, or an answer. */
const ownOutput: ReadonlySet<DeclaredNodeSpec['type']> = new Set(['map', 'repeat', 'workflow', 'feedback']);

/** Decisions in a row that hand on what they are given; more are not followed. */
const mostHandedOn = 20;

/** What is known of outputs before anything runs. */
export function outputShapes(view: ProjectView): WorkflowShapes {
  const of = (node: GraphNode, left = mostHandedOn): Shape => {
    const { spec } = node;
    if (spec.type === 'transform') return valueShape(spec.output, ownerOf(spec));
    if (spec.type === 'merge') return mergeShape(node, spec.merge ?? 'dict', of);
    if (spec.type !== 'agent' && spec.type !== 'tool' && spec.type !== 'decision') return undefined;
    if (isAsking(spec)) return workShape(view, spec);
    return left === 0 || spec.type !== 'decision' ? undefined : before(node, left - 1);
  };
  const before = (node: GraphNode, left = mostHandedOn): Shape => {
    if (node.spec.type === 'merge') return dictShape(node, of);
    if (ownOutput.has(node.spec.type)) return undefined;
    const [edge, another] = node.inEdges;
    const isPlain = edge?.type === 'normal' || edge?.type === 'conditional';
    return isPlain && another === undefined && edge.source !== undefined ? of(edge.source, left) : undefined;
  };
  const named =
    (shapeOf: (node: GraphNode) => Shape) =>
    (id: string): Shape => {
      const node = view.graph.byId.get(id);
      return node === undefined ? undefined : shapeOf(node);
    };
  return { of: named((node) => of(node)), before: named((node) => before(node)) };
}

type Asking = Extract<DeclaredNodeSpec, { readonly type: 'agent' | 'tool' | 'decision' }>;

function isAsking(spec: Asking): boolean {
  return ('agent' in spec && spec.agent !== undefined) || ('tool' in spec && spec.tool !== undefined);
}

/** Of agents that take turns each may answer in its own way. */
function workShape(view: ProjectView, spec: Asking): Shape {
  if ('agent_variants' in spec && spec.agent_variants !== undefined) return undefined;
  if ('agent' in spec && spec.agent !== undefined) return agentShape(view, spec.agent);
  return 'tool' in spec && spec.tool !== undefined ? toolShape(view, spec.tool) : undefined;
}

function ownerOf({ id }: Pick<DeclaredNodeSpec, 'id'>): string {
  return `The output of "${id}"`;
}

function agentShape(view: ProjectView, name: string): Shape {
  const schema = view.manifests.agents?.agents[name]?.output_schema;
  return schemaShape(schemaNamed(view, schema), `The answer of agent "${name}"`);
}

function toolShape(view: ProjectView, name: string): Shape {
  const tool = view.manifests.tools?.tools[name];
  if (tool === undefined) return undefined;
  const owner = `The output of tool "${name}"`;
  const declared = 'output_schema' in tool ? schemaNamed(view, tool.output_schema) : undefined;
  if (declared !== undefined) return opened(schemaShape(declared, owner));
  const fields = toolFields[tool.type];
  return fields === undefined ? undefined : mapShape(owner, fields);
}

/** In a dry run it says what it would do instead. */
function opened(shape: Shape): Shape {
  return shape === undefined ? undefined : { ...shape, isClosed: false };
}

function schemaNamed(view: ProjectView, reference: JsonSchema | string | undefined): JsonSchema | undefined {
  return typeof reference === 'string' ? view.schemas.get(reference)?.schema : reference;
}

type ShapeOf = (node: GraphNode) => Shape;

function mergeShape(node: GraphNode, policy: MergePolicy, of: ShapeOf): Shape {
  if (policy === 'dict') return dictShape(node, of);
  return policy === 'vote' ? mapShape(ownerOf(node.spec), ['winner', 'votes', 'abstained', 'output']) : undefined;
}

/** Handlers of the fallback matrix may come in as well, under names of their own. */
function dictShape(node: GraphNode, of: ShapeOf): ValueShape {
  const sources = new Map(node.inEdges.flatMap(({ source }) => (source === undefined ? [] : [[source.id, source]])));
  return mapShape(`What comes to "${node.id}"`, [...sources.keys()], (name) => {
    const source = sources.get(name);
    return source === undefined ? undefined : of(source);
  });
}
