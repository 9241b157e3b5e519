import type { GraphEdge, GraphNode, WorkflowGraph } from './graph.ts';

/** What is known of an edge in a run; set once. */
export type Token = 'unresolved' | 'live' | 'dead' | 'failed';
export type NodeStatus = 'pending' | 'ready' | 'done' | 'failed' | 'skipped' | 'cancelled';

/**
 * Control state of a run: one character an edge and one a node. Cheap to copy however large the workflow is, small in
 * a checkpoint, and the same text for the same state whatever the order of events.
 */
export interface ControlState {
  readonly tokens: string;
  readonly statuses: string;
  /** Set when the run was ended before every node was resolved: by an end (exit: first) or by fail_fast. */
  readonly ended?: 'exit' | 'failure';
}

const tokenLetters = { unresolved: '.', live: 'L', dead: 'D', failed: 'F' } as const satisfies Record<Token, string>;
const statusLetters = {
  pending: '.',
  ready: 'r',
  done: 'd',
  failed: 'f',
  skipped: 's',
  cancelled: 'c',
} as const satisfies Record<NodeStatus, string>;

const tokenNames = invert(tokenLetters);
const statusNames = invert(statusLetters);

function invert<Name extends string>(letters: Record<Name, string>): ReadonlyMap<string, Name> {
  const names = new Map<string, Name>();
  for (const name in letters) names.set(letters[name], name);
  return names;
}

export function emptyControl(graph: WorkflowGraph): ControlState {
  return { tokens: '.'.repeat(graph.edges.length), statuses: '.'.repeat(graph.nodes.length) };
}

/** What an edge carries: nothing yet, or what became of the node it leads from. */
export function tokenOf(control: ControlState, edge: GraphEdge): Token {
  return tokenNames.get(control.tokens.charAt(edge.index)) ?? 'unresolved';
}

/** Where a node stands. */
export function statusOf(control: ControlState, node: GraphNode): NodeStatus {
  return statusNames.get(control.statuses.charAt(node.index)) ?? 'pending';
}

/** A control state under construction: the kernel changes it in place and freezes it into text at the end. */
export interface Draft {
  tokens: string;
  statuses: string;
  ended?: 'exit' | 'failure';
}

export function setToken(draft: Draft, edge: GraphEdge, token: Token): void {
  draft.tokens = splice(draft.tokens, edge.index, tokenLetters[token]);
}

export function setStatus(draft: Draft, node: GraphNode, status: NodeStatus): void {
  draft.statuses = splice(draft.statuses, node.index, statusLetters[status]);
}

function splice(text: string, index: number, letter: string): string {
  return text.slice(0, index) + letter + text.slice(index + 1);
}

/**
 * True when nothing more can happen: every node is resolved, or the run was ended early. The kernel leaves nothing open
 * in a run that it ends, but a state may also be given from outside.
 */
export function isOver({ ended, statuses }: ControlState): boolean {
  return ended !== undefined || !(statuses.includes('r') || statuses.includes('.'));
}

/** Nodes that have started or may start, in topological order. */
export function readyNodes(graph: WorkflowGraph, control: ControlState): readonly GraphNode[] {
  return graph.order.filter((node) => statusOf(control, node) === 'ready');
}
