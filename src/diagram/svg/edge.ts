import { rounded, type Point } from '../geometry.ts';
import type { Overlay } from '../overlay.ts';
import type { Picture, PlacedEdge } from '../picture.ts';
import { textElement, xmlText } from './markup.ts';
import { takenClasses } from './node.ts';

const cornerRadius = 7;
const arrowLength = 7;
const arrowWidth = 3.6;

export function edgeElement({ edge, points, label }: PlacedEdge, overlay: Overlay | undefined): string {
  const count = edge.edges.reduce((sum, id) => sum + (overlay?.edges.get(id) ?? 0), 0);
  const inFrame = edge.level === undefined ? [] : ['frame-edge'];
  const classes = ['edge', edge.kind, ...inFrame, ...takenClasses(count, overlay)];
  const isOpen = edge.kind === 'error' || (overlay?.kind === 'coverage' && count === 0);
  return [
    `<g class="${classes.join(' ')}" data-edge="${xmlText(edge.id)}">`,
    `<title>${xmlText(`${edge.from} → ${edge.to}${edge.label === undefined ? '' : ` ${edge.label}`}`)}</title>`,
    lineElements(points, isOpen),
    ...(label === undefined ? [] : [labelElement(label)]),
    ...countElement(points, count, overlay),
    '</g>',
  ].join('');
}

export function entryElement({ dot, points, to }: Picture['entries'][number], overlay: Overlay | undefined): string {
  const mark = overlay?.nodes.get(to);
  const isTaken = mark?.count === undefined ? mark?.state !== 'idle' && mark?.state !== 'skipped' : mark.count > 0;
  const classes = ['edge', 'normal', ...takenClasses(isTaken ? 1 : 0, overlay)];
  return (
    `<g class="${classes.join(' ')}"><circle class="entry" cx="${dot.x}" cy="${dot.y}" r="5.5"/>` +
    `${lineElements(points, false)}</g>`
  );
}

/** A line with round corners, and its arrow. */
export function lineElements(points: readonly Point[], isOpen: boolean): string {
  const last = points.at(-1);
  const before = points.at(-2);
  if (last === undefined || before === undefined) return '';
  const toward = direction(before, last);
  const end = isOpen ? last : { x: last.x - toward.x * (arrowLength - 1), y: last.y - toward.y * (arrowLength - 1) };
  return `<path class="line" d="${linePath([...points.slice(0, -1), end])}"/><path class="arrow" d="${arrowPath(last, toward, isOpen)}"/>`;
}

function direction(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  return length === 0 ? { x: 0, y: 1 } : { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
}

function arrowPath({ x, y }: Point, toward: Point, isOpen: boolean): string {
  const side = (sign: 1 | -1): string => {
    const px = x - toward.x * arrowLength - toward.y * arrowWidth * sign;
    const py = y - toward.y * arrowLength + toward.x * arrowWidth * sign;
    return `${rounded(px)} ${rounded(py)}`;
  };
  return `M${side(1)}L${rounded(x)} ${rounded(y)}L${side(-1)}${isOpen ? '' : 'Z'}`;
}

function linePath(points: readonly Point[]): string {
  const [first] = points;
  if (first === undefined) return '';
  const parts = [`M${rounded(first.x)} ${rounded(first.y)}`];
  points.slice(1).forEach((point, at) => {
    const next = points[at + 2];
    const before = points[at];
    parts.push(next === undefined || before === undefined ? lineTo(point) : corner({ before, point, next }));
  });
  return parts.join('');
}

function lineTo({ x, y }: Point): string {
  return `L${rounded(x)} ${rounded(y)}`;
}

function corner({ before, point, next }: { before: Point; point: Point; next: Point }): string {
  const radius = Math.min(
    cornerRadius,
    Math.hypot(point.x - before.x, point.y - before.y) / 2,
    Math.hypot(next.x - point.x, next.y - point.y) / 2,
  );
  const into = direction(before, point);
  const onward = direction(point, next);
  const start = { x: point.x - into.x * radius, y: point.y - into.y * radius };
  const end = { x: point.x + onward.x * radius, y: point.y + onward.y * radius };
  return `${lineTo(start)}Q${rounded(point.x)} ${rounded(point.y)} ${rounded(end.x)} ${rounded(end.y)}`;
}

function labelElement({ box, lines }: Exclude<PlacedEdge['label'], undefined>): string {
  const x = rounded(box.x + box.width / 2);
  const texts = lines.map((line, at) =>
    textElement(line, { className: 'label', x, y: rounded(box.y + 12.5 + at * 14), anchor: 'middle' }),
  );
  return `<rect class="back" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="4"/>${texts.join('')}`;
}

/** Beside the arrow: how often it was taken, where that is not plain to see. */
function countElement(points: readonly Point[], count: number, overlay: Overlay | undefined): readonly string[] {
  const last = points.at(-1);
  const least = overlay?.kind === 'coverage' ? 1 : 2;
  if (last === undefined || count < least) return [];
  const place = { x: rounded(last.x - 5), y: rounded(last.y - 5) };
  return [textElement(`×${count}`, { className: 'count', anchor: 'end', ...place })];
}
