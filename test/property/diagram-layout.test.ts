import fc from 'fast-check';
import { expect, it } from 'vitest';
import { layoutDrawing, loadElkLayout, toSvg, type Picture } from '../../src/diagram/index.ts';
import { modelOfWorkflow, oddNames } from '../support/diagram/drawn-workflow.ts';
import { propertySettings, propertyTimeoutMs } from '../support/property-settings.ts';
import { readXml } from '../support/read-xml.ts';
import { workflows } from '../support/workflow-generator.ts';

const layoutLevel = await loadElkLayout();

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlap(one: Area, other: Area): boolean {
  const slack = 0.2; // places are rounded
  return (
    one.x + slack < other.x + other.width &&
    other.x + slack < one.x + one.width &&
    one.y + slack < other.y + other.height &&
    other.y + slack < one.y + one.height
  );
}

/** All that is written on: nodes, their pills, and the labels of edges. */
function areasOf({ nodes, edges }: Picture): readonly (readonly [string, Area])[] {
  const boxes = nodes.flatMap(({ node, figure, box }): (readonly [string, Area])[] => {
    const pills = figure.pills.map((pill, at): readonly [string, Area] => [
      `pill ${at} of ${node.id}`,
      { x: box.x + (box.width - pill.width) / 2, y: box.y + box.height + 3 + at * 20, ...sizeOf(pill) },
    ]);
    return [[node.id, box], ...pills];
  });
  return [
    ...boxes,
    ...edges.flatMap(({ edge, label }) => (label === undefined ? [] : [[edge.id, label.box] as const])),
  ];
}

function sizeOf({ width, height }: { readonly width: number; readonly height: number }) {
  return { width, height };
}

function overlaps(picture: Picture): readonly string[] {
  const areas = areasOf(picture);
  return areas.flatMap(([name, area], at) =>
    areas.slice(at + 1).flatMap(([other, place]) => (overlap(area, place) ? [`${name} and ${other}`] : [])),
  );
}

/** Edges that do not end at the boxes of their nodes. */
function loose({ nodes, edges }: Picture): readonly string[] {
  const boxes = new Map(nodes.map(({ node, box }) => [node.id, box]));
  const isLoose = ({ edge, points }: Picture['edges'][number]): boolean =>
    !touches(points[0], boxes.get(edge.from)) || !touches(points.at(-1), boxes.get(edge.to));
  return edges.filter(isLoose).map(({ edge }) => edge.id);
}

/** Labels whose line does not pass through their middle. */
function astray({ edges }: Picture): readonly string[] {
  return edges.flatMap(({ edge, label, points }) => {
    if (label === undefined) return [];
    const { x, y, width, height } = label.box;
    const isOn = points.some((point, at) => {
      const next = points[at + 1];
      if (next === undefined || Math.abs(point.x - (x + width / 2)) > 1 || point.x !== next.x) return false;
      return Math.min(point.y, next.y) <= y + height / 2 && y + height / 2 <= Math.max(point.y, next.y);
    });
    return isOn ? [] : [edge.id];
  });
}

function touches(point: Pick<Area, 'x' | 'y'> | undefined, box: Area | undefined): boolean {
  if (point === undefined || box === undefined) return false;
  return overlap({ x: point.x - 0.5, y: point.y - 0.5, width: 1, height: 1 }, box);
}

it(
  'no two boxes overlap, no label or pill is on a box, and every line ends at its nodes and passes its label',
  async () => {
    const sizes = fc.record({ workflow: workflows({ maxNodes: 18 }), odd: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ workflow, odd }) => {
        const titleOf = (id: string): string => (odd ? (oddNames[id.length % oddNames.length] ?? '') + id : id);
        const model = modelOfWorkflow(workflow, titleOf);
        const picture = await layoutDrawing(model, layoutLevel);
        expect(picture.nodes.map(({ node }) => node.id)).toEqual(model.nodes.map(({ id }) => id));
        const found = { overlaps: overlaps(picture), loose: loose(picture), astray: astray(picture) };
        expect(found).toEqual({ overlaps: [], loose: [], astray: [] });
        expect(readXml(toSvg(picture)).name).toBe('svg');
      }),
      propertySettings(200),
    );
  },
  propertyTimeoutMs,
);
