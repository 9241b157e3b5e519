export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Point, Size {}

/** To a tenth of a pixel, so that the same drawing has the same bytes everywhere. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10 + 0; // no minus zero
}

export function movedPoint({ x, y }: Point, by: Point): Point {
  return { x: rounded(x + by.x), y: rounded(y + by.y) };
}

export function movedBox({ x, y, width, height }: Box, by: Point): Box {
  return { ...movedPoint({ x, y }, by), width: rounded(width), height: rounded(height) };
}
