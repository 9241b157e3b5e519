import type { FailureCategory } from '../errors/index.ts';
import type { EdgeType, NodeType } from '../manifest/index.ts';

/** When a node with several inbound edges starts, and what it does about branches that failed. */
export interface JoinRule {
  readonly mode: 'all' | 'any' | 'quorum';
  /** Live inbound edges that start a quorum. */
  readonly quorum: number;
  readonly onBranchFailure: 'fail' | 'continue';
  readonly onShort: 'fail' | 'run';
  readonly cancelRemaining: boolean;
}

export interface GraphEdge {
  readonly id: string;
  /** Place in the token string. */
  readonly index: number;
  readonly kind: EdgeType;
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** What a decision has to choose for a conditional edge to be taken. */
  readonly choice?: string;
  /** Failures that an error or fallback edge takes; absent: all. */
  readonly categories?: readonly FailureCategory[];
  /** Among fallback edges that match, the lowest is taken. */
  readonly precedence: number;
}

export interface GraphNode {
  readonly id: string;
  /** Place in the status string. */
  readonly index: number;
  readonly type: NodeType;
  /** For a clone that the compiler made: the node of the manifest that it stands for. */
  readonly standsFor?: string;
  /** Place in topological order. */
  readonly rank: number;
  readonly inbound: readonly GraphEdge[];
  readonly outbound: readonly GraphEdge[];
  readonly join: JoinRule;
  /** A merge fails on its own account when its branches do; any other node passes the failure on. */
  readonly isMerge: boolean;
  readonly isDecision: boolean;
  /** For end nodes, which take no time: how they close the task. */
  readonly closes?: 'success' | 'failure';
  /** Immediate dominator: the last node that every way here goes through. The entry has none. */
  readonly dominator?: GraphNode;
  /** Nodes whose immediate dominator this is, in topological order. */
  readonly dominated: readonly GraphNode[];
  /** Of a join that cancels what remains: nodes before it all of whose ways to an end pass through it. */
  readonly onlyVia: readonly GraphNode[];
  /** What a failure that no edge takes leads to, other than failing: the run goes past it, as if the stage had given nothing. */
  readonly onFailure?: 'skip' | 'continue_partial';
  /** Whether a merge further on can take an unhandled failure of this node. */
  readonly isFailureAbsorbed: boolean;
  readonly retries: number;
  readonly timeoutMs?: number;
  /** For all attempts together. The host sees to it: it is no state of the chart. */
  readonly stageTimeoutMs?: number;
  /** A stage whose time is up is done rather than failed. */
  readonly onTimeout?: 'done';
  readonly backoffMs: number;
}

/** A workflow (or one pipeline of it) as the kernel sees it: acyclic, one entry, everything looked up already. */
export interface WorkflowGraph {
  readonly id: string;
  /** In the order of the file. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** In topological order. */
  readonly order: readonly GraphNode[];
  readonly entry: GraphNode;
  readonly byId: ReadonlyMap<string, GraphNode>;
  readonly edgeById: ReadonlyMap<string, GraphEdge>;
  readonly exit: 'all' | 'first';
  readonly failFast: boolean;
}

/** Taken when the source is done, as opposed to when it failed. */
export function isDoneEdge(edge: GraphEdge): boolean {
  return edge.kind === 'normal' || edge.kind === 'conditional';
}

/** Whether the work of a node is done by child tasks. */
export function startsChildren({ type }: Pick<GraphNode, 'type'>): boolean {
  return type === 'map' || type === 'repeat' || type === 'workflow';
}

/** Nodes that end a branch when they are done: end nodes, and all others that lead on only when they fail. */
export function isTerminal(node: GraphNode): boolean {
  return !node.outbound.some(isDoneEdge);
}
