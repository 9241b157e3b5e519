import type { EdgeSpec, MergeNodeSpec, NodeSpec, WorkflowSpec } from '../../src/manifest/index.ts';

/** What all workflows of one enumeration have in common. */
export interface WorkflowShape {
  readonly nodes: number;
  /** Kinds of edges that occur, one letter each: normal, error, fallback, conditional. */
  readonly kinds: string;
  /** What nodes with several inbound edges are, unless they decide; without it they are plain stages. */
  readonly merge?: Omit<MergeNodeSpec, 'id' | 'type'>;
  /** Whether a branch ends with an end node or with a stage. */
  readonly terminal: 'end' | 'stage';
  readonly exit?: 'first';
  readonly failFast?: true;
  /** Of all stages. */
  readonly onFailure?: 'skip' | 'continue_partial';
}

interface Pair {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
}

/**
 * Every workflow of a shape, once: each pair of nodes has no edge or one edge of each kind. Left out is what is no
 * workflow: unreachable nodes, and decisions with one choice or several defaults.
 */
export function* everyWorkflow(shape: WorkflowShape): Generator<WorkflowSpec> {
  const slots = pairsOf(shape.nodes);
  const base = shape.kinds.length + 1;
  for (let code = 0; code < base ** slots.length; code += 1) {
    const pairs = decode(code, slots, shape.kinds);
    if (isWorkflow(pairs, shape.nodes)) yield drawWorkflow(pairs, shape);
  }
}

function pairsOf(size: number): readonly (readonly [from: number, to: number])[] {
  const places = Array.from({ length: size }, (_, place) => place);
  return places.flatMap((to) => places.slice(0, to).map((from) => [from, to] as const));
}

function decode(code: number, slots: ReturnType<typeof pairsOf>, kinds: string): readonly Pair[] {
  const base = kinds.length + 1;
  let rest = code;
  return slots.flatMap(([from, to]) => {
    const digit = rest % base;
    rest = Math.floor(rest / base);
    return digit === 0 ? [] : [{ from, to, kind: kinds.charAt(digit - 1) }];
  });
}

function isWorkflow(pairs: readonly Pair[], size: number): boolean {
  for (let place = 0; place < size; place += 1) {
    if (place > 0 && !pairs.some((pair) => pair.to === place)) return false;
    const out = pairs.filter((pair) => pair.from === place).map((pair) => pair.kind);
    const choices = out.filter((kind) => kind === 'c').length;
    if (choices === 1 || (choices > 1 && out.filter((kind) => kind === 'n').length > 1)) return false;
  }
  return true;
}

const edgeTypes = { e: 'error', f: 'fallback' } as const;

function drawWorkflow(pairs: readonly Pair[], shape: WorkflowShape): WorkflowSpec {
  const places = Array.from({ length: shape.nodes }, (_, place) => place);
  return {
    id: 'every',
    ...(shape.exit !== undefined && { exit: shape.exit }),
    ...(shape.failFast !== undefined && { fail_fast: shape.failFast }),
    nodes: places.map((place) => drawNode(pairs, shape, place)),
    edges: pairs.map((pair) => drawEdge(pair)),
  };
}

function drawNode(pairs: readonly Pair[], shape: WorkflowShape, place: number): NodeSpec {
  const spec = drawWork(pairs, shape, place);
  return spec.type === 'end' || shape.onFailure === undefined ? spec : { ...spec, on_failure: shape.onFailure };
}

function drawWork(pairs: readonly Pair[], shape: WorkflowShape, place: number): NodeSpec {
  const id = `n${place}`;
  const out = pairs.filter((pair) => pair.from === place);
  if (out.length === 0 && shape.terminal === 'end') return { id, type: 'end' };
  if (out.some((pair) => pair.kind === 'c')) return { id, type: 'decision', agent: 'judge' };
  const isJoin = pairs.filter((pair) => pair.to === place).length > 1;
  if (isJoin && shape.merge !== undefined) return { id, type: 'merge', ...shape.merge };
  return { id, type: 'agent', agent: 'worker' };
}

function drawEdge({ from, to, kind }: Pair): EdgeSpec {
  const ends = { from: `n${from}`, to: `n${to}` };
  if (kind === 'c') return { ...ends, condition: `to n${to}` };
  return kind === 'e' || kind === 'f' ? { ...ends, type: edgeTypes[kind] } : ends;
}
