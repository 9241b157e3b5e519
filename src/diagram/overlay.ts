import type { StageState } from './tokens.ts';

/** What is shown over a drawing: how a task went, or what a test covers. Ids are those of the drawing's nodes and edges. */
export interface Overlay {
  readonly kind: 'task' | 'coverage';
  /** What it is about, in one line. */
  readonly caption: string;
  readonly nodes: ReadonlyMap<string, NodeMark>;
  /** How often each edge was taken. */
  readonly edges: ReadonlyMap<string, number>;
}

export interface NodeMark {
  readonly state?: StageState;
  /** How often it ran, in a coverage. */
  readonly count?: number;
  /** In short: attempts, length, cost. It is drawn where the layout knew of it. */
  readonly note?: string;
}
