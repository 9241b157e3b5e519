import type { GraphNode, Token, Verdict } from '../../machines/index.ts';

/** What became of a run that was played to its end. */
export interface PlayedRun {
  /** By the index of the edge. */
  readonly tokens: readonly Token[];
  /** The way in which the stage of a node ended, by the index of the node; absent when it did not. */
  readonly ways: readonly (number | undefined)[];
  /** Nodes that ran to their end, in the order in which they did. */
  readonly order: readonly GraphNode[];
  readonly verdict: Verdict;
}
