import type { EdgeType, NodeType } from '../manifest/index.ts';

/** A workflow as it is drawn, whatever draws it: nodes and edges carry the ids they have in events and traces. */
export interface DrawingModel {
  readonly workflow: string;
  readonly view: 'workflow' | 'statechart';
  /** In the order of the file. */
  readonly nodes: readonly DrawingNode[];
  /** In the order of the file. */
  readonly edges: readonly DrawingEdge[];
  /** Ids of the nodes that a task can begin with. */
  readonly entries: readonly string[];
}

/** States of a compiled chart are drawn beside the types of nodes that a manifest knows. */
export type DrawingType = NodeType | 'state' | 'parallel' | 'final';

export interface DrawingNode {
  /** Within the node whose children are drawn it is `parent/node`. */
  readonly id: string;
  /** The id that the manifest writes: a handler of the fallback matrix is there once for each stage it stands in for. */
  readonly title: string;
  readonly type: DrawingType;
  /** The open node that it is drawn in. */
  readonly parent?: string;
  /** A third line: how its stage went. */
  readonly note?: string;
  /** Whether what is in it is drawn; then it is a frame. */
  readonly isOpen?: true;
  /** How many nodes are in it that are not drawn. */
  readonly closed?: number;
  /** What its child tasks run, by its id in the compiled project. */
  readonly body?: string;
  /** What stands under the id: who is asked, what is run, how it ends. */
  readonly detail?: string;
  /** An end that fails the task. */
  readonly isFailure?: true;
}

export interface DrawingEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeType | 'after';
  readonly label?: string;
  /** What a decision has to choose for it to be taken. */
  readonly choice?: string;
}

export interface DrawingOptions {
  /** One pipeline of the project, or of what its child tasks run. */
  readonly pipeline?: string | undefined;
  /** Ids of nodes whose children are not drawn; `all` for each of them. */
  readonly collapse?: readonly string[] | 'all';
}
