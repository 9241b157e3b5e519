import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import { lineDistance, type LayoutLevel, type Level, type LevelLayout, type LevelRoute } from './level.ts';

const manyNodes = 60;

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.randomSeed': '1',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
  'elk.separateConnectedComponents': 'false',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.crossingMinimization.forceNodeModelOrder': 'false',
  'elk.spacing.nodeNode': '32',
  'elk.spacing.portPort': String(lineDistance),
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '14',
  'elk.spacing.edgeLabel': '6',
  'elk.spacing.labelNode': '8',
  'elk.layered.spacing.nodeNodeBetweenLayers': '36',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
} as const;

/** Lines leave and arrive near the middle, at equal distances, so that those between two nodes are straight. */
const ports = { 'elk.portAlignment.default': 'CENTER' };

/** Lines with labels are kept straight before others, though they may lead to ends: what goes on would move aside at each. */
const straight = { 'elk.layered.priority.straightness': '3' };

/** Labels stand on their lines. */
const inline = { 'elk.edgeLabels.inline': 'true' };

/** Slow, and neater, where there are few nodes. */
const neatPlacement = { 'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX' };
const fastPlacement = {
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  'elk.layered.thoroughness': '3',
};

/** Layout by elkjs, which is loaded by this and not before. */
export async function loadElkLayout(): Promise<LayoutLevel> {
  const { default: library } = await import('elkjs/lib/elk.bundled.js');
  const elk = new library.default();
  return async (level) => readLayout(await elk.layout(graphOf(level)));
}

function graphOf({ nodes, edges }: Level): ElkNode {
  const goesOn = new Set(edges.map(({ from }) => from));
  return {
    id: 'level',
    layoutOptions: { ...options, ...(nodes.length > manyNodes ? fastPlacement : neatPlacement) },
    children: nodes.map(({ id, width, height }) => ({ id: `n:${id}`, width, height, layoutOptions: ports })),
    edges: edges.map(({ id, from, to, label }) => ({
      id: `e:${id}`,
      ...(label === undefined && goesOn.has(to) && { layoutOptions: straight }),
      sources: [`n:${from}`],
      targets: [`n:${to}`],
      ...(label !== undefined && { labels: [{ id: `l:${id}`, text: '-', layoutOptions: inline, ...label }] }),
    })),
  };
}

function readLayout({ children = [], edges = [], width = 0, height = 0 }: ElkNode): LevelLayout {
  return {
    width,
    height,
    nodes: new Map(children.map(({ id, x = 0, y = 0 }) => [id.slice(2), { x, y }])),
    edges: new Map(edges.map((edge) => [edge.id.slice(2), routeOf(edge)])),
  };
}

function routeOf({ sections = [], labels = [] }: ElkExtendedEdge): LevelRoute {
  const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
  const [label] = labels;
  const place = label === undefined ? undefined : { x: label.x ?? 0, y: label.y ?? 0 };
  if (place === undefined) return { points };
  return { points, label: { ...place, width: label?.width ?? 0, height: label?.height ?? 0 } };
}
