import {
  statusOf,
  tokenOf,
  type ControlState,
  type GraphEdge,
  type GraphNode,
  type NodeStatus,
} from '../../machines/index.ts';
import type { Target } from './goals.ts';
import { firstPosition, nextPosition, type Position, type Step } from './ordered-run.ts';
import { coneOf, type Space } from './space.ts';
import { waysOf } from './ways.ts';

/*
 * Looks through the runs of a workflow for one that meets a goal; that there is none is then proved. Three things keep
 * it short. Only nodes on some way to the goal are let end: others cannot help, and may always be slower. Where order
 * does not matter, one order is tried. And two runs count as one when their future is the same: the same stages run and
 * the same tokens wait at nodes that have not started; how the run came there does not matter.
 */

export interface SearchLimits {
  /** Positions looked at for this goal. */
  readonly positions: number;
  /** What all searches of an exploration may spend together; counted down. */
  readonly budget: Budget;
}

export interface Budget {
  left: number;
}

export type SearchResult =
  { readonly kind: 'found'; readonly steps: readonly Step[] } | { readonly kind: 'impossible' | 'undecided' };

interface Move {
  readonly from: Visit;
  readonly step: Step;
}

interface Visit {
  readonly position: Position;
  /** How the run came here; absent at its start. */
  readonly by?: Move;
}

/** The part of a workflow that has a say in something. */
export interface Scope {
  readonly nodes: ReadonlySet<GraphNode>;
  readonly edges: readonly GraphEdge[];
}

export function wholeScope({ graph }: Space): Scope {
  return { nodes: new Set(graph.nodes), edges: graph.edges };
}

interface Search {
  readonly space: Space;
  readonly target: Target;
  readonly cone: ReadonlySet<GraphNode>;
  readonly scope: Scope;
  readonly chosen: readonly number[];
}

export function searchTarget(
  space: Space,
  target: Target,
  { chosen, limits }: { chosen: readonly number[]; limits: SearchLimits },
): SearchResult {
  const cone = targetCone(target);
  // Where a run can be cut short, a stage elsewhere may be what cuts it.
  const scope: Scope = space.isOrdered
    ? wholeScope(space)
    : { nodes: cone, edges: [...cone].flatMap(({ inbound }) => inbound) };
  const search: Search = { space, target, cone, scope, chosen };
  const start: Visit = { position: firstPosition(space) };
  if (isReached(search, start.position.control)) return { kind: 'found', steps: [] };
  const seen = new Set([futureOf(scope, start.position.control)]);
  const stack = movesFrom(search, start);
  const cost = scope.nodes.size + scope.edges.length;
  for (let move = stack.pop(); move !== undefined; move = stack.pop()) {
    limits.budget.left -= cost;
    if (seen.size > limits.positions || limits.budget.left < 0) return { kind: 'undecided' };
    const position = nextPosition(space, move.from.position, move.step);
    if (position === undefined || isLost(search, move, position.control)) continue;
    const visit: Visit = { position, by: move };
    if (isReached(search, position.control)) return { kind: 'found', steps: stepsTo(visit) };
    if (position.control.ended !== undefined) continue;
    const future = futureOf(scope, position.control);
    if (seen.has(future)) continue;
    seen.add(future);
    stack.push(...movesFrom(search, visit));
  }
  return { kind: 'impossible' };
}

/** Everything that can have a say in whether a goal is met. */
export function targetCone({ edges, node }: Target): ReadonlySet<GraphNode> {
  const sources = edges.map((edge) => edge.from);
  return coneOf(node === undefined ? sources : [...sources, node]);
}

/** What can end next, the most promising last. */
function movesFrom(search: Search, from: Visit): Move[] {
  const ready = from.position.ready.filter((node) => search.cone.has(node));
  const calm = ready.find((node) => !search.space.racing.has(node));
  const candidates = calm === undefined ? ready : [calm];
  return candidates.toReversed().flatMap((node) => waysFor(search, node).map((way) => ({ from, step: { node, way } })));
}

/** Ways of a stage that leave the goal open: failures first, then what is done, then what was chosen for it. */
function waysFor({ space, target, chosen }: Search, node: GraphNode): readonly number[] {
  const { ended } = waysOf(space.table, node);
  const required = target.edges.filter((edge) => edge.from === node).map((edge) => node.outbound.indexOf(edge));
  const wanted = chosen[node.index];
  const promise = (way: number): number => (way === wanted ? 2 : ended[way]?.outcome.kind === 'done' ? 1 : 0);
  return ended
    .flatMap((way, at) => {
      if (node === target.node && !target.accepts(way.outcome)) return [];
      return required.every((place) => way.tokens[place] === 'live') ? [at] : [];
    })
    .toSorted((one, other) => promise(one) - promise(other) || other - one);
}

function isReached({ target }: Search, control: ControlState): boolean {
  if (!target.edges.every((edge) => tokenOf(control, edge) === 'live')) return false;
  return target.node === undefined || isEnded(statusOf(control, target.node));
}

function isEnded(status: NodeStatus): boolean {
  return status === 'done' || status === 'failed';
}

/** The goal cannot be met any more: one of its edges is not taken, or its node was passed by. */
function isLost({ target }: Search, { from, step }: Move, control: ControlState): boolean {
  for (const edge of target.edges) {
    const token = tokenOf(control, edge);
    if (token === 'dead' || token === 'failed') return true;
  }
  const { node } = target;
  if (node === undefined || node === step.node) return false;
  const [before, after] = [statusOf(from.position.control, node), statusOf(control, node)];
  if (before === after || after === 'pending' || after === 'ready') return false;
  return !(node.closes !== undefined && after === 'done');
}

/** The part of a state that the future of a scope depends on. */
export function futureOf({ nodes, edges }: Scope, control: ControlState): string {
  let text = '';
  for (const node of nodes) {
    const status = statusOf(control, node);
    text += status === 'pending' ? '.' : status === 'ready' ? 'r' : 'x';
  }
  for (const edge of edges) {
    text += statusOf(control, edge.to) === 'pending' ? control.tokens.charAt(edge.index) : '-';
  }
  return text;
}

function stepsTo(visit: Visit): readonly Step[] {
  const steps: Step[] = [];
  for (let { by } = visit; by !== undefined; { by } = by.from) steps.push(by.step);
  return steps.toReversed();
}
