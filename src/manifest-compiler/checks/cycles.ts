import type { Problem } from '../../errors/index.ts';
import { printable } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { strongComponents } from './strong-components.ts';
import { waysOn, type GraphEdge, type GraphNode } from './workflow-graph.ts';

const shownNodes = 12;

/** The edges form no loop: one problem for each group of nodes that lead to each other. */
export function checkCycles(view: ProjectView): Problem[] {
  return strongComponents(view.graph.nodes).flatMap((component) => {
    const loop = shortLoop(component);
    const closing = loop.at(-1);
    if (closing === undefined) return [];
    const others = component.length - loop.length;
    return view.problem('workflow', {
      code: 'MANIFEST_CYCLE',
      message: `The edges form a loop: ${loopInWords(loop)}${others > 0 ? `; ${others} more ${others === 1 ? 'node is' : 'nodes are'} part of it` : ''}.`,
      hint: 'Remove an edge; what is to be done again and again belongs into a node of type repeat.',
      path: ['workflow', 'edges', closing.index],
    });
  });
}

/** The shortest loop through the node of the group that the file names first; the last edge closes it. */
function shortLoop(component: readonly GraphNode[]): readonly GraphEdge[] {
  const [first, ...rest] = component;
  if (first === undefined) return [];
  const start = rest.reduce((earliest, node) => (node.index < earliest.index ? node : earliest), first);
  const inside = new Set(component);
  const cameBy = new Map<GraphNode, GraphEdge>();
  const reached = new Set([start]);
  for (const node of reached) {
    for (const edge of waysOn(node)) {
      if (edge.target === start) return [...wayTo(node, start, cameBy), edge];
      if (edge.target === undefined || !inside.has(edge.target) || reached.has(edge.target)) continue;
      cameBy.set(edge.target, edge);
      reached.add(edge.target);
    }
  }
  return [];
}

function wayTo(node: GraphNode, start: GraphNode, cameBy: ReadonlyMap<GraphNode, GraphEdge>): GraphEdge[] {
  const way: GraphEdge[] = [];
  for (let at: GraphNode | undefined = node; at !== undefined && at !== start; at = cameBy.get(at)?.source) {
    const edge = cameBy.get(at);
    if (edge !== undefined) way.push(edge);
  }
  return way.toReversed();
}

function loopInWords(loop: readonly GraphEdge[]): string {
  const ids = [...loop.map(({ spec }) => spec.from), ...loop.slice(0, 1).map(({ spec }) => spec.from)];
  const shown = ids.length > shownNodes ? [...ids.slice(0, shownNodes - 2), '…', ...ids.slice(-1)] : ids;
  return printable(shown.join(' → '));
}
