import type { Figure } from './figures.ts';
import type { Box, Point, Size } from './geometry.ts';
import type { LiftedEdge } from './lifted-edges.ts';
import type { DrawingModel, DrawingNode } from './model.ts';

/** A drawing with a place for everything: plain data, which can cross threads. */
export interface Picture extends Size {
  readonly workflow: string;
  readonly view: DrawingModel['view'];
  /** Frames before what is in them. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly entries: readonly (Route & { readonly dot: Point })[];
}

export interface PlacedNode {
  readonly node: DrawingNode;
  readonly figure: Figure;
  readonly box: Box;
}

/** A line of points, turned at right angles. */
export interface Route {
  readonly to: string;
  readonly from?: string;
  readonly points: readonly Point[];
  readonly label?: PlacedLabel;
}

interface PlacedLabel {
  readonly box: Box;
  readonly lines: readonly string[];
}

export interface PlacedEdge extends Route {
  readonly edge: LiftedEdge;
}
