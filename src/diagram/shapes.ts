import type { DrawingType } from './model.ts';
import { rounded, type Size } from './geometry.ts';

/** How a node is outlined. Paths begin at the left upper corner of its box. */
interface Shape {
  /** Lines of the outline; the first is filled, those in front of it are drawn before. */
  readonly paths: (size: Size) => readonly string[];
  /** How far the outline is below the upper side of the box, and above its lower side, at a place. */
  readonly dip?: (x: number, size: Size) => { readonly top: number; readonly bottom: number };
}

function roundedBox({ width, height }: Size, radius: number, inset = 0): string {
  const right = rounded(width - inset);
  const low = rounded(height - inset);
  const r = rounded(Math.min(radius, (width - 2 * inset) / 2, (height - 2 * inset) / 2));
  return (
    `M${inset + r} ${inset}H${right - r}A${r} ${r} 0 0 1 ${right} ${inset + r}V${low - r}` +
    `A${r} ${r} 0 0 1 ${right - r} ${low}H${inset + r}A${r} ${r} 0 0 1 ${inset} ${low - r}V${inset + r}` +
    `A${r} ${r} 0 0 1 ${inset + r} ${inset}Z`
  );
}

const box = (radius: number): Shape => ({
  paths: (size) => [roundedBox(size, radius)],
  dip: (x, size) => both(cornerDip(x, size, Math.min(radius, size.height / 2))),
});

function both(dip: number): { readonly top: number; readonly bottom: number } {
  return { top: dip, bottom: dip };
}

function cornerDip(x: number, { width }: Size, radius: number): number {
  const inside = Math.min(x, width - x);
  return inside >= radius ? 0 : radius - Math.sqrt(Math.max(0, radius ** 2 - (radius - inside) ** 2));
}

const slant = 12;
const inset = 18;
const point = 14;
const stackOffset = 4;

const parallelogram: Shape = {
  paths: ({ width, height }) => [`M${slant} 0H${width}L${rounded(width - slant)} ${height}H0Z`],
  dip: (x, { width, height }) => ({
    top: x < slant ? (height * (slant - x)) / slant : 0,
    bottom: x > width - slant ? (height * (x - width + slant)) / slant : 0,
  }),
};

const rhombus: Shape = {
  paths: ({ width, height }) => [
    `M${rounded(width / 2)} 0L${width} ${rounded(height / 2)}L${rounded(width / 2)} ${height}L0 ${rounded(height / 2)}Z`,
  ],
  dip: (x, { width, height }) => both((Math.abs(x - width / 2) / width) * height),
};

const trapezoid: Shape = {
  paths: ({ width, height }) => [`M0 0H${width}L${rounded(width - inset)} ${height}H${inset}Z`],
  dip: (x, { width, height }) => ({
    top: 0,
    bottom: (height * Math.max(0, inset - x, x - width + inset)) / inset,
  }),
};

const hexagon: Shape = {
  paths: ({ width, height }) => {
    const middle = rounded(height / 2);
    const right = rounded(width - point);
    return [`M${point} 0H${right}L${width} ${middle}L${right} ${height}H${point}L0 ${middle}Z`];
  },
  dip: (x, { width, height }) => both(((height / 2) * Math.max(0, point - x, x - width + point)) / point),
};

const stack: Shape = {
  paths: ({ width, height }) => {
    const size = { width: width - 2 * stackOffset, height: height - 2 * stackOffset };
    return [2, 1, 0].map((level) =>
      shifted(roundedBox(size, Math.min(8, height / 4)), level * stackOffset, (2 - level) * stackOffset),
    );
  },
  dip: (x, { width }) => ({
    top: Math.max(0, 2 * stackOffset - x),
    bottom: Math.max(0, x - width + 2 * stackOffset),
  }),
};

/** Numbers of a path go in pairs but for those of H, V and A, so each command is moved by what it means. */
function shifted(path: string, x: number, y: number): string {
  return path.replaceAll(/([MLHVA])([^MLHVAZ]*)/gu, (_, command: string, rest: string) => {
    const values = rest.trim().split(/\s+/u).map(Number);
    return `${command}${movedValues(command, values, { x, y }).map(rounded).join(' ')}`;
  });
}

function movedValues(command: string, values: readonly number[], by: { x: number; y: number }): readonly number[] {
  if (command === 'H') return values.map((value) => value + by.x);
  if (command === 'V') return values.map((value) => value + by.y);
  const last = values.length - 2; // an arc has its end there, all else is a point
  return values.map((value, at) => value + (at === last ? by.x : at === last + 1 ? by.y : 0));
}

/** The outline of each type of node. */
export const shapes: Readonly<Record<DrawingType, Shape>> = {
  agent: box(14),
  tool: box(3),
  transform: parallelogram,
  decision: rhombus,
  merge: trapezoid,
  feedback: hexagon,
  map: stack,
  repeat: { ...box(8), paths: (size) => [roundedBox(size, 8), roundedBox(size, 5, 4)] },
  workflow: {
    ...box(3),
    paths: (size) => [roundedBox(size, 3), `M8 0V${size.height}M${rounded(size.width - 8)} 0V${size.height}`],
  },
  end: { ...box(99), paths: (size) => [roundedBox(size, 99), roundedBox(size, 99, 3.5)] },
  state: box(8),
  parallel: box(6),
  final: { ...box(99), paths: (size) => [roundedBox(size, 99), roundedBox(size, 99, 3.5)] },
};
