import { backEdges } from './back-edges.ts';
import { exitPills, type ExitPills } from './exit-pills.ts';
import { figuresOf, labelSize, roomOf, type Figure } from './figures.ts';
import { movedBox, movedPoint, rounded, type Box, type Point, type Size } from './geometry.ts';
import { lineDistance, type LayoutLevel, type Level, type LevelEdge, type LevelLayout } from './level.ts';
import { liftEdges, type LiftedEdge } from './lifted-edges.ts';
import type { DrawingModel, DrawingNode } from './model.ts';
import { endAtOutlines } from './outline-ends.ts';
import type { PlacedEdge, PlacedNode, Picture } from './picture.ts';
import { straightened } from './straighten.ts';
import { fitLines, textWidth } from './text-width.ts';

interface Layout {
  readonly model: DrawingModel;
  readonly layoutLevel: LayoutLevel;
  readonly children: ReadonlyMap<string | undefined, readonly DrawingNode[]>;
  readonly edges: ReadonlyMap<string | undefined, readonly LiftedEdge[]>;
  readonly figures: ReadonlyMap<string, Figure>;
  readonly pills: ExitPills;
}

/** What is in a frame, with places within it. */
interface Inside extends Size {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly entries: readonly PlacedEntry[];
}

type PlacedEntry = Picture['entries'][number];

const entrySize = 11;
const framePadding = 18;
const titleRow = 50;
/** Begins the names of what is laid out and is no node; no text of a manifest can hold it. */
const helper = '\u0000';

/** Finds places for all that is drawn, each frame by itself and from the inside. The same model gives the same places. */
export async function layoutDrawing(model: DrawingModel, layoutLevel: LayoutLevel): Promise<Picture> {
  const pills = exitPills(model);
  const layout: Layout = {
    model,
    layoutLevel,
    children: Map.groupBy(model.nodes, ({ parent }) => parent),
    edges: Map.groupBy(liftEdges(model, pills.edges), ({ level }) => level),
    figures: figuresOf(model),
    pills,
  };
  const { nodes, edges, entries, width, height } = await layoutFrame(layout, undefined);
  const places = new Map(nodes.map((placed) => [placed.node.id, placed]));
  return {
    workflow: model.workflow,
    view: model.view,
    nodes,
    edges: edges.map((edge) => endAtOutlines(edge, places)),
    entries: entries.map((entry) => endAtOutlines(entry, places)),
    width: rounded(width),
    height: rounded(height),
  };
}

async function layoutFrame(layout: Layout, frame: string | undefined): Promise<Inside> {
  const children = layout.children.get(frame) ?? [];
  const insides = new Map<string, Inside>();
  for (const { id, isOpen } of children) if (isOpen === true) insides.set(id, await layoutFrame(layout, id));
  const edges = layout.edges.get(frame) ?? [];
  const lines = countLines(edges);
  const figures = new Map(
    children.map((node) => {
      const figure = figureWithin(layout, node, insides.get(node.id));
      const width = Math.max(figure.width, (lines.get(node.id) ?? 0) * lineDistance + 8);
      return [node.id, { ...figure, width }];
    }),
  );
  const parallel = layout.model.nodes.find(({ id }) => id === frame)?.type === 'parallel';
  if (parallel) return placeInside({ layout, frame, children, figures, insides }, sideBySide(children, figures));
  const level = levelOf(layout, frame, figures);
  const back = backEdges(
    level.nodes.map(({ id }) => id),
    level.edges.map((edge) => ({ ...edge, kind: kindOf(layout, frame, edge.id) })),
  );
  const turned = level.edges.map((edge) => (back.has(edge.id) ? { ...edge, from: edge.to, to: edge.from } : edge));
  const laidOut = await layout.layoutLevel({ ...level, edges: turned });
  return placeInside({ layout, frame, children, figures, insides }, unturned(laidOut, back));
}

/** The most lines that one side of each node has, for which it has to be wide enough. */
function countLines(edges: readonly LiftedEdge[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const ends of [Map.groupBy(edges, ({ from }) => from), Map.groupBy(edges, ({ to }) => to)]) {
    for (const [id, { length }] of ends) counts.set(id, Math.max(counts.get(id) ?? 0, length));
  }
  return counts;
}

function kindOf({ edges }: Layout, frame: string | undefined, id: string): LiftedEdge['kind'] {
  return edges.get(frame)?.find((edge) => edge.id === id)?.kind ?? 'normal';
}

function unturned(laidOut: LevelLayout, back: ReadonlySet<string>): LevelLayout {
  const edges = [...laidOut.edges].map(
    ([id, route]) => [id, back.has(id) ? { ...route, points: route.points.toReversed() } : route] as const,
  );
  return { ...laidOut, edges: new Map(edges) };
}

function figureWithin({ figures }: Layout, { id }: DrawingNode, inside: Inside | undefined): Figure {
  const figure = figures.get(id) ?? { title: [], pills: [], width: 0, height: 0 };
  if (inside === undefined) return figure;
  return {
    ...figure,
    width: rounded(Math.max(figure.width, inside.width + 2 * framePadding)),
    height: rounded(inside.height + titleRow + framePadding),
  };
}

function levelOf(layout: Layout, frame: string | undefined, figures: ReadonlyMap<string, Figure>): Level {
  const { model, pills } = layout;
  const edges = (layout.edges.get(frame) ?? []).map(({ id, from, to, label }): LevelEdge => {
    const size = labelSizeOf(labelLines(label));
    return size === undefined ? { id, from, to } : { id, from, to, label: size };
  });
  const entries = model.entries.filter((id) => figures.has(id));
  // A handler that only pills lead to is drawn below the last node that fails to it.
  const led = new Set([...edges.map(({ to }) => to), ...entries]);
  const stray = [...pills.byTarget.keys()].filter((id) => figures.has(id) && !led.has(id));
  const lastSource = (id: string): string | undefined => {
    const sources = new Set(
      model.edges.filter(({ id: edge, to }) => to === id && pills.edges.has(edge)).map(({ from }) => from),
    );
    return [...figures.keys()].findLast((other) => other !== id && sources.has(other));
  };
  return {
    nodes: [
      ...entries.map((id) => ({ id: `${helper}${id}`, width: entrySize, height: entrySize })),
      ...[...figures].map(([id, figure]) => ({ id, width: roomOf(figure).width, height: roomOf(figure).height })),
    ],
    edges: [
      ...entries.map((id) => ({ id: `${helper}${id}`, from: `${helper}${id}`, to: id })),
      ...edges,
      ...stray.flatMap((id) => {
        const from = lastSource(id);
        return from === undefined || !figures.has(from) ? [] : [{ id: `${helper}${helper}${id}`, from, to: id }];
      }),
    ],
  };
}

const labelWidth = 190;

export function labelLines(label: string | undefined): readonly string[] {
  return fitLines(label ?? '', { size: labelSize, width: labelWidth, lines: 2, weight: 'regular' });
}

function labelSizeOf(lines: readonly string[]): Size | undefined {
  if (lines.length === 0) return undefined;
  const width = Math.max(...lines.map((line) => textWidth(line, labelSize, 'regular')));
  return { width: rounded(width + 8), height: lines.length * 14 + 3 };
}

/** Regions of a parallel state: in a row, all of one height. */
function sideBySide(children: readonly DrawingNode[], figures: Map<string, Figure>): LevelLayout {
  const gap = 16;
  const height = Math.max(0, ...[...figures.values()].map((figure) => figure.height));
  const nodes = new Map<string, Point>();
  let x = 0;
  for (const { id } of children) {
    const figure = figures.get(id);
    if (figure === undefined) continue;
    figures.set(id, { ...figure, height });
    nodes.set(id, { x, y: 0 });
    x += figure.width + gap;
  }
  return { nodes, edges: new Map(), width: Math.max(0, x - gap), height };
}

interface Placing {
  readonly layout: Layout;
  readonly frame: string | undefined;
  readonly children: readonly DrawingNode[];
  readonly figures: ReadonlyMap<string, Figure>;
  readonly insides: ReadonlyMap<string, Inside>;
}

function placeInside({ layout, frame, children, figures, insides }: Placing, level: LevelLayout): Inside {
  const nodes: PlacedNode[] = [];
  const edges: PlacedEdge[] = [];
  const entries: PlacedEntry[] = [];
  for (const node of children) {
    const figure = figures.get(node.id);
    const corner = level.nodes.get(node.id);
    if (figure === undefined || corner === undefined) continue;
    const room = roomOf(figure);
    const box: Box = {
      x: corner.x + (room.width - figure.width) / 2,
      y: corner.y + room.above,
      width: figure.width,
      height: figure.height,
    };
    nodes.push({ node, figure, box: movedBox(box, { x: 0, y: 0 }) });
    const inside = insides.get(node.id);
    if (inside === undefined) continue;
    const by = { x: box.x + (box.width - inside.width) / 2, y: box.y + titleRow };
    nodes.push(...inside.nodes.map((placed) => ({ ...placed, box: movedBox(placed.box, by) })));
    edges.push(...inside.edges.map((edge) => movedEdge(edge, by)));
    entries.push(...inside.entries.map((entry) => movedEntry(entry, by)));
  }
  for (const edge of layout.edges.get(frame) ?? []) {
    const route = level.edges.get(edge.id);
    if (route === undefined) continue;
    const { points, label } = route;
    const placed = { edge, from: edge.from, to: edge.to, points: straightened(points, label) };
    const lines = labelLines(edge.label);
    edges.push(movedEdge(label === undefined ? placed : { ...placed, label: { box: label, lines } }, { x: 0, y: 0 }));
  }
  for (const [id, corner] of level.nodes) {
    const route = id.startsWith(helper) ? level.edges.get(id) : undefined;
    if (route === undefined) continue;
    const dot = { x: corner.x + entrySize / 2, y: corner.y + entrySize / 2 };
    entries.push({ to: id.slice(1), dot: movedPoint(dot, { x: 0, y: 0 }), points: straightened(route.points) });
  }
  return { nodes, edges, entries, width: level.width, height: level.height };
}

function movedEntry(entry: PlacedEntry, by: Point): PlacedEntry {
  return { ...movedEdge(entry, by), dot: movedPoint(entry.dot, by) };
}

function movedEdge<Edge extends Pick<PlacedEdge, 'points' | 'label'>>(edge: Edge, by: Point): Edge {
  const { label } = edge;
  return {
    ...edge,
    points: edge.points.map((point) => movedPoint(point, by)),
    ...(label !== undefined && { label: { ...label, box: movedBox(label.box, by) } }),
  };
}
