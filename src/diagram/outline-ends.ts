import { rounded, type Point } from './geometry.ts';
import type { PlacedNode, Route } from './picture.ts';
import { shapes } from './shapes.ts';

/** A line that ends at the outlines of its nodes rather than at their boxes. */
export function endAtOutlines<Line extends Route>(line: Line, places: ReadonlyMap<string, PlacedNode>): Line {
  const { points, from, to } = line;
  const source = from === undefined ? undefined : places.get(from);
  const target = places.get(to);
  const ends = points.map((point, at) => {
    if (at === 0) return source === undefined ? point : endAt(point, source);
    if (at === points.length - 1) return target === undefined ? point : endAt(point, target);
    return point;
  });
  return { ...line, points: ends };
}

function endAt({ x, y }: Point, { node, box }: PlacedNode): Point {
  const isAbove = y < box.y + box.height / 2;
  const dip = node.isOpen === true ? undefined : shapes[node.type].dip?.(x - box.x, box);
  if (isAbove) return { x, y: rounded(box.y + (dip?.top ?? 0)) };
  return { x, y: rounded(box.y + box.height - (dip?.bottom ?? 0)) };
}
