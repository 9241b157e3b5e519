import type { EdgeType } from '../../manifest/index.ts';
import type { ControlState, Outcome } from '../../machines/index.ts';

/** What becomes of tasks that began with one version of the manifests when they go on with another. */
export type CompatibilityVerdict = 'compatible' | 'migratable' | 'refused';

/** What may differ between two versions, with what a sentence about it is about. */
export const differenceKinds = [
  'pipeline_added',
  'pipeline_removed',
  'routing_changed',
  'entry_changed',
  'exit_changed',
  'fallbacks_changed',
  'node_added',
  'node_removed',
  'node_renamed',
  'node_changed',
  'edge_added',
  'edge_removed',
  'edge_changed',
  'limits_changed',
  'permissions_narrowed',
  'permissions_widened',
  'plugins_changed',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** An edge as the manifest has it. */
export interface EdgeName {
  readonly from: string;
  readonly to: string;
  readonly type: EdgeType;
}

export interface Difference {
  readonly kind: DifferenceKind;
  readonly sentence: string;
  readonly node?: string;
  readonly edge?: EdgeName;
  /** Fields of the manifests, such as "input" of the node or "agents.review.prompt". */
  readonly fields?: readonly string[];
}

/** Why a stage that finished does not stay so. */
export const repeatKinds = [
  'node_changed',
  'edges_changed',
  'stage_before_changed',
  'failure_handling_changed',
  'may_end_early',
  'node_removed',
] as const;
export type RepeatKind = (typeof repeatKinds)[number];

export interface Repeat {
  /** Id in the old version. */
  readonly node: string;
  readonly kind: RepeatKind;
  /** In every task that finished it, or only where a stage before it failed or where a run may be ended early. */
  readonly when: 'always' | 'after_failure' | 'on_early_end';
  readonly sentence: string;
  /** Tools that may change the world, and would be used a second time. */
  readonly tools: readonly string[];
}

/** What becomes of every node. Each node of the old version is in `kept`, `again` or `dropped`. */
export interface NodeMapping {
  /** Old ids of nodes whose finished stages stay valid. */
  readonly kept: readonly string[];
  readonly again: readonly Repeat[];
  readonly dropped: readonly string[];
  /** The same node under another id. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  readonly added: readonly string[];
}

export const refusalKinds = ['pipeline_removed', 'entry_changed', 'task_over', 'history_broken'] as const;
export type RefusalKind = (typeof refusalKinds)[number];

export interface Refusal {
  readonly kind: RefusalKind;
  readonly sentence: string;
}

export interface PipelineCompatibility {
  readonly verdict: CompatibilityVerdict;
  /** Id in the old version. */
  readonly pipeline: string;
  /** Why it is refused; empty otherwise. */
  readonly reasons: readonly Refusal[];
  readonly differences: readonly Difference[];
  readonly mapping: NodeMapping;
}

export interface Compatibility {
  /** The worst of its pipelines. */
  readonly verdict: CompatibilityVerdict;
  /** What differs outside the pipelines of the old version; it changes nothing about what is finished. */
  readonly differences: readonly Difference[];
  /** In the order of the old manifests. */
  readonly pipelines: readonly PipelineCompatibility[];
}

/** A stage with its final outcome, after all attempts. */
export interface FinishedStage {
  readonly node: string;
  readonly outcome: Outcome;
}

/** Where a task stands. */
export interface TaskPosition {
  readonly pipeline: string;
  readonly control: ControlState;
  /** In the order in which they ended. Stages in flight are not in it: they run anew. */
  readonly finished: readonly FinishedStage[];
}

export interface KeptStage {
  /** Id in the old version. */
  readonly from: string;
  /** Id in the new version. */
  readonly node: string;
  readonly outcome: Outcome;
}

/** A finished stage that does not count any more. */
export interface LostStage extends Repeat {
  /** Whether the new version may still come to it; else it is gone or passed by. */
  readonly runsAgain: boolean;
}

export type Migration =
  | { readonly verdict: 'refused'; readonly reasons: readonly Refusal[] }
  | {
      readonly verdict: 'compatible' | 'migratable';
      /** Id in the new version. */
      readonly pipeline: string;
      /** In an order in which they can be replayed: each is ready when its turn comes. */
      readonly kept: readonly KeptStage[];
      readonly lost: readonly LostStage[];
      /** Control state in the new version once they are replayed. */
      readonly control: ControlState;
      /** Nodes that start next; none when the task is over with the new version. */
      readonly starts: readonly string[];
    };
