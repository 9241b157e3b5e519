import { pillGap, type Figure, type Pill } from '../figures.ts';
import { rounded, type Box, type Point } from '../geometry.ts';
import type { NodeMark, Overlay } from '../overlay.ts';
import type { PlacedNode } from '../picture.ts';
import { shapes } from '../shapes.ts';
import { textWidth } from '../text-width.ts';
import type { StageState } from '../tokens.ts';
import { badges, icons } from './icons.ts';
import { textElement, xmlText } from './markup.ts';

const lineHeight = 17;

/** A node, or the frame of what is drawn in it, with its pills. */
export function nodeElement({ node, figure, box }: PlacedNode, overlay: Overlay | undefined): string {
  const mark = overlay?.nodes.get(node.id);
  const isOpen = node.isOpen === true;
  const classes = ['node', node.type, ...(isOpen ? ['frame'] : []), ...coverClasses(mark, overlay)];
  const state: StageState | undefined = mark?.state ?? (isOpen && overlay?.kind !== 'task' ? undefined : 'idle');
  return [
    `<g class="${classes.join(' ')}" data-node="${xmlText(node.id)}"${state === undefined ? '' : ` data-state="${state}"`} transform="translate(${box.x} ${box.y})">`,
    `<title>${xmlText(titleOf(node, mark))}</title>`,
    ...outlineOf({ node, figure, box }),
    ...(isOpen ? frameTexts({ node, figure, box }) : texts({ node, figure, box })),
    ...badgeOf({ node, figure, box }, mark),
    '</g>',
    ...pillsOf({ node, figure, box }, overlay),
  ].join('');
}

function titleOf({ title, detail, type }: PlacedNode['node'], mark: NodeMark | undefined): string {
  return [title, type, detail, mark?.state, mark?.note].filter((part) => part !== undefined).join(' · ');
}

function coverClasses(mark: NodeMark | undefined, overlay: Overlay | undefined): readonly string[] {
  if (overlay?.kind !== 'coverage') return [];
  return [(mark?.count ?? 0) > 0 ? 'covered' : 'uncovered'];
}

function outlineOf({ node, box }: PlacedNode): readonly string[] {
  if (node.isOpen === true) {
    const radius = node.type === 'parallel' ? 6 : 10;
    return [`<rect class="shape" width="${box.width}" height="${box.height}" rx="${radius}"/>`];
  }
  const paths = shapes[node.type].paths(box);
  const isStack = node.type === 'map';
  const lines = paths.map((d, at) => `<path class="shape${at > 0 && !isStack ? ' inner' : ''}" d="${d}"/>`);
  if (node.closed === undefined || isStack) return lines;
  return [`<path class="shape" transform="translate(5 5)" d="${paths[0] ?? ''}"/>`, ...lines];
}

/** Where texts stand: beside the icon, or in the middle. */
function texts({ node, figure, box }: PlacedNode): readonly string[] {
  const icon = icons[node.type];
  const { title, detail, note } = figure;
  const stack = node.type === 'map' ? 8 : 0;
  const middle = rounded((box.height + stack) / 2 - (node.type === 'merge' ? 1 : 0));
  const height = title.length * lineHeight + (detail === undefined ? 0 : 15) + (note === undefined ? 0 : 15);
  const first = middle - height / 2 + 13;
  const left = textLeft(node.type);
  const place = icon === undefined ? { x: rounded(box.width / 2), anchor: 'middle' as const } : { x: left + 24 };
  return [
    ...(icon === undefined ? [] : [iconElement(icon, left, rounded(middle - 8))]),
    ...title.map((line, at) => textElement(line, { className: 'name', y: rounded(first + at * lineHeight), ...place })),
    ...[detail, note]
      .filter((line) => line !== undefined)
      .map((line, at) =>
        textElement(line, {
          className: line === note ? 'detail note' : 'detail',
          y: rounded(first + title.length * lineHeight - 2 + at * 15),
          ...place,
        }),
      ),
  ];
}

function textLeft(type: PlacedNode['node']['type']): number {
  if (type === 'transform' || type === 'merge' || type === 'feedback') return 19;
  return type === 'workflow' ? 15 : 11;
}

function iconElement(path: string, x: number, y: number): string {
  return `<path class="icon" transform="translate(${x} ${y})" d="${path}"/>`;
}

function frameTexts({ node, figure: { title, detail } }: PlacedNode): readonly string[] {
  const icon = icons[node.type];
  const x = icon === undefined ? 14 : 38;
  return [
    ...(icon === undefined ? [] : [iconElement(icon, 13, 13)]),
    ...title.map((line) => textElement(line, { className: 'name', x, y: detail === undefined ? 26 : 20 })),
    ...(detail === undefined ? [] : [textElement(detail, { className: 'detail', x, y: 35 })]),
  ];
}

/** At the right upper corner of the outline: what became of it, or how often it ran. */
function badgeOf(placed: PlacedNode, mark: NodeMark | undefined): readonly string[] {
  const { x, y } = badgePlace(placed);
  if (mark?.count !== undefined && mark.count > 0) return [countBadge({ x, y }, mark.count)];
  const badge = mark?.state === undefined ? undefined : badges[mark.state];
  return badge === undefined ? [] : [badgeElement(badge, `translate(${x} ${y})`)];
}

function badgePlace({ node: { type, isOpen }, box: { width, height } }: PlacedNode): Point {
  if (isOpen === true) return { x: width, y: 0 };
  if (type === 'decision') return { x: rounded(width * 0.8), y: rounded(height * 0.16) };
  return { x: type === 'feedback' || type === 'end' || type === 'final' ? rounded(width - 10) : width, y: 0 };
}

export function badgeElement(badge: { readonly path: string; readonly isArea?: true }, transform: string): string {
  const area = badge.isArea === true ? ' area' : '';
  return `<g class="badge" transform="${transform}"><circle r="8"/><path class="mark${area}" d="${badge.path}"/></g>`;
}

function countBadge({ x, y }: Point, count: number): string {
  const text = `×${count}`;
  const width = rounded(textWidth(text, 11) + 8);
  return (
    `<g class="badge" transform="translate(${rounded(x - width / 2)} ${rounded(y - 8)})"><rect width="${width}" height="16" rx="8"/>` +
    `${textElement(text, { className: 'count', x: rounded(width / 2), y: 12, anchor: 'middle' })}</g>`
  );
}

function pillsOf({ figure, box }: PlacedNode, overlay: Overlay | undefined): readonly string[] {
  const { pills, enteredFrom } = figure;
  const below = pills.map((pill, at) =>
    pillElement(pill, {
      overlay,
      x: pillLeft(box, pill),
      y: rounded(pillTop(figure, box) + at * (pill.height + pillGap)),
    }),
  );
  if (enteredFrom === undefined) return below;
  const y = rounded(box.y - pillGap - enteredFrom.height);
  return [...below, pillElement(enteredFrom, { overlay, x: pillLeft(box, enteredFrom), y })];
}

function pillLeft(box: Box, { width }: Pill): number {
  return rounded(box.x + (box.width - width) / 2);
}

function pillTop({ height }: Figure, { y }: Box): number {
  return y + height + pillGap;
}

interface PillPlace {
  readonly overlay: Overlay | undefined;
  readonly x: number;
  readonly y: number;
}

function pillElement({ text, kind, target, edges, width, height }: Pill, { overlay, x, y }: PillPlace): string {
  const count = edges.reduce((sum, edge) => sum + (overlay?.edges.get(edge) ?? 0), 0);
  const classes = ['pill', kind, ...takenClasses(count, overlay)];
  const led = target === undefined ? '' : ` data-target="${xmlText(target)}"`;
  return (
    `<g class="${classes.join(' ')}"${led} transform="translate(${x} ${y})">` +
    `<rect width="${width}" height="${height}" rx="8.5"/>` +
    `${textElement(text, { className: 'exit', x: rounded(width / 2), y: 12.3, anchor: 'middle' })}</g>`
  );
}

/** How an edge looks that was taken so many times. */
export function takenClasses(count: number, overlay: Overlay | undefined): readonly string[] {
  if (overlay === undefined) return [];
  if (overlay.kind === 'coverage') return [count > 0 ? 'covered' : 'uncovered'];
  return [count > 0 ? 'taken' : 'untaken'];
}
