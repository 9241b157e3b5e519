import type { Box, Point } from './geometry.ts';

/** A third of the distance of lines, so that none that is moved comes near another one. */
const smallJog = 8;

/**
 * A line that goes down without the small jogs right after its beginning and before its end: it begins and ends beside
 * its ports. What the label stands on stays where it is.
 */
export function straightened(points: readonly Point[], label?: Box): readonly Point[] {
  const backwards = withoutFirstJog(points, label).toReversed();
  return withoutFirstJog(backwards, label).toReversed();
}

function withoutFirstJog(points: readonly Point[], label: Box | undefined): readonly Point[] {
  const [start, turn, back, next] = points;
  if (start === undefined || turn === undefined || back === undefined || next === undefined) return points;
  const isJog = start.x === turn.x && turn.y === back.y && back.x === next.x;
  if (!isJog || Math.abs(turn.x - back.x) > smallJog || isBetween(label, start, turn)) return points;
  return [{ x: back.x, y: start.y }, ...points.slice(3)];
}

function isBetween(label: Box | undefined, one: Point, other: Point): boolean {
  if (label === undefined) return false;
  const middle = label.y + label.height / 2;
  return Math.min(one.y, other.y) <= middle && middle <= Math.max(one.y, other.y);
}
