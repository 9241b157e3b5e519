import type { Point } from './geometry.ts';

/** A third of the distance of lines, so that none that is moved comes near another one. */
const smallJog = 8;

/** A line that goes down without the small jogs right after its beginning and before its end: it begins and ends beside its ports. */
export function straightened(points: readonly Point[]): readonly Point[] {
  return withoutFirstJog(withoutFirstJog(points).toReversed()).toReversed();
}

function withoutFirstJog(points: readonly Point[]): readonly Point[] {
  const [start, turn, back, next] = points;
  if (start === undefined || turn === undefined || back === undefined || next === undefined) return points;
  const isJog = start.x === turn.x && turn.y === back.y && back.x === next.x;
  if (!isJog || Math.abs(turn.x - back.x) > smallJog) return points;
  return [{ x: back.x, y: start.y }, ...points.slice(3)];
}
