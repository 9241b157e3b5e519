import {
  isGonePast,
  isTerminal,
  joinDecision,
  ownsBranchFailure,
  type GraphEdge,
  type GraphNode,
  type NodeStatus,
  type Token,
  type Verdict,
} from '../../machines/index.ts';
import type { PlayedRun } from './played-run.ts';
import type { Space } from './space.ts';
import { waysOf, type NodeWays } from './ways.ts';

/*
 * Where the order of ends cannot matter, the final state follows from the outcomes alone, by one look at each node in
 * topological order. That is the order in which the kernel gets there when of all running stages the first one ends.
 * It costs as much as three or four steps of the kernel, so that it can be done for thousands of goals; joins and routes
 * are the kernel's own.
 */

interface Board {
  readonly space: Space;
  readonly tokens: Token[];
  readonly statuses: NodeStatus[];
  readonly ways: (number | undefined)[];
  readonly order: GraphNode[];
  readonly tokenAt: (edge: GraphEdge) => Token;
}

/** The run in which every stage that starts ends in the way chosen for it, by the index of its node. */
export function finalRun(space: Space, chosen: readonly number[]): PlayedRun {
  const { graph } = space;
  const tokens = graph.edges.map((): Token => 'unresolved');
  const board: Board = {
    space,
    tokens,
    statuses: graph.nodes.map((): NodeStatus => 'pending'),
    ways: graph.nodes.map(() => undefined),
    order: [],
    tokenAt: (edge) => tokens[edge.index] ?? 'unresolved',
  };
  for (const node of graph.order) resolve(board, node, chosen[node.index] ?? 0);
  return { tokens, ways: board.ways, order: board.order, verdict: verdictOn(board) };
}

function resolve(board: Board, node: GraphNode, wayIndex: number): void {
  const ways = waysOf(board.space.table, node);
  const decision = node === board.space.graph.entry ? 'run' : joinDecision(node, board.tokenAt);
  if (decision === 'run') return end(board, node, { ways, wayIndex });
  if (decision === 'skip') return put(board, node, { status: 'skipped', tokens: ways.skipped });
  if (ownsBranchFailure(node, board.tokenAt)) return put(board, node, { status: 'failed', tokens: ways.branchFailed });
  put(board, node, { status: isTerminal(node) ? 'failed' : 'skipped', tokens: ways.passedOver });
}

function end(board: Board, node: GraphNode, { ways, wayIndex }: { ways: NodeWays; wayIndex: number }): void {
  const way = ways.ended[wayIndex];
  if (way === undefined) return;
  board.ways[node.index] = wayIndex;
  board.order.push(node);
  put(board, node, { status: way.outcome.kind, tokens: way.tokens });
}

function put(board: Board, node: GraphNode, resolved: { status: NodeStatus; tokens: readonly Token[] }): void {
  board.statuses[node.index] = resolved.status;
  for (const [place, edge] of node.outbound.entries()) board.tokens[edge.index] = resolved.tokens[place] ?? 'dead';
}

function verdictOn(board: Board): Verdict {
  const { nodes } = board.space.graph;
  const statusAt = (node: GraphNode): NodeStatus => board.statuses[node.index] ?? 'pending';
  const ends = nodes.filter(isTerminal);
  const isPast = (node: GraphNode): boolean => isGonePast(node, { status: statusAt(node), token: board.tokenAt });
  const isBad = ends.some((node) =>
    statusAt(node) === 'failed'
      ? !isPast(node) && !node.outbound.some((edge) => board.tokenAt(edge) === 'live')
      : statusAt(node) === 'done' && node.closes === 'failure',
  );
  if (isBad || !ends.some((node) => statusAt(node) === 'done' || isPast(node))) return 'failed';
  const isTolerated = nodes.some(
    (node) =>
      (node.onFailure === 'continue_partial' && isPast(node)) ||
      (node.isMerge && statusAt(node) === 'done' && node.inbound.some((edge) => board.tokenAt(edge) === 'failed')),
  );
  return isTolerated ? 'partial' : 'completed';
}
