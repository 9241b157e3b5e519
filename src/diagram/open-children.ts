import type { DrawingEdge, DrawingModel, DrawingNode, DrawingOptions } from './model.ts';

interface Opening {
  readonly bodyModel: (id: string) => DrawingModel;
  readonly collapse: Exclude<DrawingOptions['collapse'], undefined>;
}

/** Bodies may be used many times over; more than this nobody can look at. */
const mostNodes = 2_000;

/** The model with what child tasks run drawn inside of the nodes that start them. */
export function openChildren(model: DrawingModel, opening: Opening): DrawingModel {
  const nodes: DrawingNode[] = [];
  const edges: DrawingEdge[] = [];
  const entries: string[] = [];
  const open: Part[] = [{ model, prefix: '' }];
  for (let part = open.shift(); part !== undefined; part = open.shift()) {
    edges.push(...part.model.edges.map((edge) => placedEdge(edge, part)));
    entries.push(...part.model.entries.map((id) => part.prefix + id));
    for (const node of part.model.nodes) {
      const placed = placedNode(node, part);
      const body = node.body === undefined ? undefined : opening.bodyModel(node.body);
      if (body === undefined || isClosed(opening, placed) || nodes.length + body.nodes.length > mostNodes) {
        nodes.push(body === undefined ? placed : { ...placed, closed: body.nodes.length });
        continue;
      }
      nodes.push({ ...placed, isOpen: true });
      open.push({ model: body, prefix: `${placed.id}/`, parent: placed.id });
    }
  }
  return { ...model, nodes, edges, entries };
}

interface Part {
  readonly model: DrawingModel;
  readonly prefix: string;
  readonly parent?: string;
}

function placedNode(node: DrawingNode, { prefix, parent }: Part): DrawingNode {
  return parent === undefined ? node : { ...node, id: prefix + node.id, parent };
}

function placedEdge(edge: DrawingEdge, { prefix, parent }: Part): DrawingEdge {
  if (parent === undefined) return edge;
  return { ...edge, id: prefix + edge.id, from: prefix + edge.from, to: prefix + edge.to };
}

function isClosed({ collapse }: Opening, { id }: DrawingNode): boolean {
  return collapse === 'all' || collapse.includes(id);
}
