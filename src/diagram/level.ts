import type { Box, Point, Size } from './geometry.ts';

/** One level of a drawing: the nodes of one frame, without what is in them. */
export interface Level {
  readonly nodes: readonly (Size & { readonly id: string })[];
  readonly edges: readonly LevelEdge[];
}

export interface LevelEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly label?: Size;
}

export interface LevelLayout extends Size {
  readonly nodes: ReadonlyMap<string, Point>;
  readonly edges: ReadonlyMap<string, LevelRoute>;
}

export interface LevelRoute {
  readonly points: readonly Point[];
  readonly label?: Box;
}

/** How far lines are from each other where they leave a node or arrive. */
export const lineDistance = 24;

/** What finds places for a level. It is asked for each frame by itself. */
export type LayoutLevel = (level: Level) => Promise<LevelLayout>;
