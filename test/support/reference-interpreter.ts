import { inboundOf, isEnd, outboundOf, type Arrow, type WorkflowReading } from './reference-reading.ts';

/*
 * A second interpreter of workflows, written from the specification of the semantics alone. It shares no code with the
 * kernel and is written to be read, not to be fast: the tests hold the kernel and the compiled chart against it.
 */

export type ReferenceToken = 'unresolved' | 'live' | 'dead' | 'failed';
export type ReferenceStatus = 'pending' | 'ready' | 'done' | 'failed' | 'skipped' | 'cancelled';
export type ReferenceOutcome =
  { readonly kind: 'done'; readonly choice?: string } | { readonly kind: 'failed'; readonly category: string };

/** Tokens in the order of the workflow's edges, statuses in the order of its nodes. */
export interface ReferenceRun {
  readonly tokens: readonly ReferenceToken[];
  readonly statuses: readonly ReferenceStatus[];
  readonly ended?: 'exit' | 'failure';
}

/** Edges that an outcome takes; nothing when it is a failure that no edge takes. */
function takenEdges(reading: WorkflowReading, node: number, outcome: ReferenceOutcome): readonly Arrow[] | undefined {
  const out = outboundOf(reading, node);
  if (outcome.kind === 'failed') return edgesOfFailure(out, outcome.category);
  const byDefault = out.filter((edge) => edge.type === 'normal');
  if (reading.nodes[node]?.type !== 'decision') return byDefault;
  const chosen = out.filter((edge) => edge.type === 'conditional' && edge.label === outcome.choice);
  if (chosen.length > 0) return chosen;
  return byDefault.length > 0 ? byDefault : edgesOfFailure(out, 'routing');
}

function edgesOfFailure(out: readonly Arrow[], category: string): readonly Arrow[] | undefined {
  const matching = out.filter((edge) => edge.on === undefined || edge.on.includes(category));
  const fallbacks = matching.filter((edge) => edge.type === 'fallback');
  const named = fallbacks.filter((edge) => edge.on !== undefined);
  const [fallback] = [...named, ...fallbacks];
  if (fallback !== undefined) return [fallback];
  const handlers = matching.filter((edge) => edge.type === 'error');
  return handlers.length > 0 ? handlers : undefined;
}

/** Edges that are taken all the same when the policy of a node has its failure count for little; nothing when it has none. */
function edgesPastFailure(reading: WorkflowReading, node: number): readonly Arrow[] | undefined {
  const spec = reading.nodes[node];
  const policy = spec !== undefined && 'on_failure' in spec ? (spec.on_failure ?? 'fail') : 'fail';
  if (policy === 'fail') return undefined;
  const onward = outboundOf(reading, node).filter((edge) => edge.type === 'normal');
  return onward.length > 0 || isEnd(reading, node) ? onward : undefined;
}

/** A decision that names no edge, and has no default, has failed. */
function statusAfter(reading: WorkflowReading, node: number, outcome: ReferenceOutcome): 'done' | 'failed' {
  if (outcome.kind === 'failed') return 'failed';
  if (reading.nodes[node]?.type !== 'decision') return 'done';
  const taken = takenEdges(reading, node, outcome);
  return taken?.some((edge) => edge.type === 'normal' || edge.type === 'conditional') === true ? 'done' : 'failed';
}

type Join = 'wait' | 'run' | 'fail' | 'skip';

/** What a node does that has not started, given the tokens on its inbound edges. */
function joined(reading: WorkflowReading, node: number, tokens: readonly ReferenceToken[]): Join {
  const inbound = inboundOf(reading, node).map((edge) => tokens[edge.index]);
  const count = (token: ReferenceToken): number => inbound.filter((other) => other === token).length;
  const arrived = { live: count('live'), failed: count('failed'), open: count('unresolved') };
  const spec = reading.nodes[node];
  if (spec?.type !== 'merge') return joinAll(arrived, 'fail');
  switch (spec.join) {
    case undefined:
    case 'all':
      return joinAll(arrived, spec.on_branch_failure ?? 'fail');
    case 'any':
      return joinSome(arrived, 1, 'fail');
    case 'quorum':
      return joinSome(arrived, Math.min(spec.quorum ?? 1, inbound.length), spec.on_short ?? 'fail');
  }
}

interface Arrived {
  readonly live: number;
  readonly failed: number;
  readonly open: number;
}

function joinAll({ live, failed, open }: Arrived, onBranchFailure: 'fail' | 'continue'): Join {
  if (open > 0) return 'wait';
  if (failed > 0 && onBranchFailure === 'fail') return 'fail';
  if (live > 0) return 'run';
  return failed > 0 ? 'fail' : 'skip';
}

function joinSome({ live, failed, open }: Arrived, needed: number, onShort: 'fail' | 'run'): Join {
  if (live >= needed) return 'run';
  if (open > 0) return 'wait';
  if (live + failed === 0) return 'skip';
  return live > 0 ? onShort : 'fail';
}

/** A merge answers for its branches when the node where they part has sent anything on its way. */
function ownsFailure(reading: WorkflowReading, node: number, tokens: readonly ReferenceToken[]): boolean {
  const fork = reading.fork(node);
  if (reading.nodes[node]?.type !== 'merge' || fork === undefined) return false;
  return sendsOn(reading, fork, tokens);
}

function sendsOn(reading: WorkflowReading, node: number, tokens: readonly ReferenceToken[]): boolean {
  return outboundOf(reading, node).some((edge) => tokens[edge.index] === 'live');
}

interface Writing {
  readonly reading: WorkflowReading;
  readonly tokens: ReferenceToken[];
  readonly statuses: ReferenceStatus[];
  readonly reached: number[];
  ended?: 'exit' | 'failure';
}

/**
 * Final state of a run from the outcomes alone: one look at each node, in topological order. It holds where order does
 * not matter: no join cancels, every end is waited for, and failures do not stop the run.
 */
export function finalRun(reading: WorkflowReading, outcomeOf: (node: number) => ReferenceOutcome): ReferenceRun {
  const writing = openWriting(reading, pendingRun(reading));
  for (const node of reading.order) {
    const join = node === reading.entry ? 'run' : joined(reading, node, writing.tokens);
    if (join === 'wait') throw new Error(`Node ${node} would wait for ever.`);
    if (join !== 'run') passBy(writing, node, join);
    else resolve(writing, node, reading.nodes[node]?.type === 'end' ? { kind: 'done' } : outcomeOf(node));
  }
  return closeWriting(writing);
}

/** The state in which a run begins. */
export function firstRun(reading: WorkflowReading): ReferenceRun {
  const writing = openWriting(reading, pendingRun(reading));
  begin(writing, reading.entry);
  return closeWriting(writing);
}

/** The state after a stage ended. Within a step, nodes are looked at in the order in which tokens reach them. */
export function nextRun(
  reading: WorkflowReading,
  run: ReferenceRun,
  ended: { readonly node: number; readonly outcome: ReferenceOutcome },
): ReferenceRun {
  if (run.ended !== undefined || run.statuses[ended.node] !== 'ready') return run;
  const writing = openWriting(reading, run);
  resolve(writing, ended.node, ended.outcome);
  for (const node of writing.reached) {
    if (writing.ended !== undefined) break;
    if (writing.statuses[node] !== 'pending') continue;
    const join = joined(reading, node, writing.tokens);
    if (join === 'run') begin(writing, node);
    else if (join !== 'wait') passBy(writing, node, join);
  }
  return closeWriting(writing);
}

function pendingRun(reading: WorkflowReading): ReferenceRun {
  return { tokens: reading.edges.map(() => 'unresolved'), statuses: reading.nodes.map(() => 'pending') };
}

function openWriting(reading: WorkflowReading, run: ReferenceRun): Writing {
  return { reading, tokens: [...run.tokens], statuses: [...run.statuses], reached: [] };
}

function closeWriting({ tokens, statuses, ended }: Writing): ReferenceRun {
  return { tokens, statuses, ...(ended !== undefined && { ended }) };
}

function begin(writing: Writing, node: number): void {
  const spec = writing.reading.nodes[node];
  writing.statuses[node] = spec?.type === 'end' ? 'done' : 'ready';
  if (spec?.type === 'end') endAtFirst(writing, node);
  if (spec?.type !== 'merge' || spec.cancel_remaining !== true) return;
  for (const other of writing.reading.onlyVia(node)) {
    if (!isOpen(writing, other)) continue;
    writing.statuses[other] = 'cancelled';
    mark(writing, other, () => 'dead');
  }
}

function resolve(writing: Writing, node: number, outcome: ReferenceOutcome): void {
  writing.statuses[node] = statusAfter(writing.reading, node, outcome);
  const byOutcome = takenEdges(writing.reading, node, outcome);
  const taken = byOutcome ?? edgesPastFailure(writing.reading, node);
  mark(writing, node, (edge) => tokenFor(taken, edge));
  const goesOn = byOutcome === undefined && taken !== undefined;
  if (writing.statuses[node] === 'done' || goesOn) endAtFirst(writing, node);
  if (taken === undefined && writing.reading.failFast && !writing.reading.mayBeTolerated(node))
    endRun(writing, 'failure');
}

function tokenFor(taken: readonly Arrow[] | undefined, edge: Arrow): ReferenceToken {
  if (taken !== undefined) return taken.includes(edge) ? 'live' : 'dead';
  return edge.type === 'normal' || edge.type === 'conditional' ? 'failed' : 'dead';
}

/** The node does not run: nothing leads to it any more, or a failure does. */
function passBy(writing: Writing, node: number, join: 'fail' | 'skip'): void {
  const { reading, statuses, tokens } = writing;
  if (join === 'skip') {
    statuses[node] = 'skipped';
    mark(writing, node, () => 'dead');
  } else if (ownsFailure(reading, node, tokens)) {
    resolve(writing, node, { kind: 'failed', category: 'branch_failed' });
  } else {
    statuses[node] = isEnd(reading, node) ? 'failed' : 'skipped';
    mark(writing, node, (edge) => tokenFor(undefined, edge));
  }
}

function mark(writing: Writing, node: number, tokenOf: (edge: Arrow) => ReferenceToken): void {
  for (const edge of outboundOf(writing.reading, node)) {
    if (writing.tokens[edge.index] !== 'unresolved') throw new Error(`Edge ${edge.index} was given a second token.`);
    writing.tokens[edge.index] = tokenOf(edge);
    writing.reached.push(edge.to);
  }
}

function endAtFirst(writing: Writing, node: number): void {
  if (writing.reading.exit === 'first' && isEnd(writing.reading, node)) endRun(writing, 'exit');
}

function endRun(writing: Writing, reason: 'exit' | 'failure'): void {
  writing.ended = reason;
  writing.statuses.forEach((_, node) => {
    if (isOpen(writing, node)) writing.statuses[node] = 'cancelled';
  });
}

function isOpen(run: ReferenceRun, node: number): boolean {
  return run.statuses[node] === 'pending' || run.statuses[node] === 'ready';
}

/** Nodes whose stages run. */
export function readyIn(run: ReferenceRun): readonly number[] {
  return run.statuses.flatMap((status, node) => (status === 'ready' ? [node] : []));
}

type Verdict = 'active' | 'completed' | 'partial' | 'failed';

export function referenceVerdict(reading: WorkflowReading, run: ReferenceRun): Verdict {
  if (run.ended === 'failure') return 'failed';
  if (run.statuses.some((_, node) => isOpen(run, node))) return 'active';
  const past = run.statuses.map((_, node) => isPast(reading, run, node));
  const ends = run.statuses.flatMap((status, node) => (isEnd(reading, node) ? [{ node, status }] : []));
  // The failure of an end that an edge of its own took is handled.
  const isBad = ends.some(({ node, status }) =>
    status === 'done'
      ? reading.isFailureEnd(node)
      : status === 'failed' && past[node] !== true && !sendsOn(reading, node, run.tokens),
  );
  if (isBad || !ends.some(({ node, status }) => status === 'done' || past[node] === true)) return 'failed';
  const tolerated = run.statuses.some(
    (status, node) =>
      (past[node] === true && leavesPartial(reading, node)) ||
      (status === 'done' &&
        reading.nodes[node]?.type === 'merge' &&
        inboundOf(reading, node).some((edge) => run.tokens[edge.index] === 'failed')),
  );
  return tolerated ? 'partial' : 'completed';
}

function leavesPartial(reading: WorkflowReading, node: number): boolean {
  const spec = reading.nodes[node];
  return spec !== undefined && 'on_failure' in spec && spec.on_failure === 'continue_partial';
}

/** A stage that failed by itself, of which no handler heard, and whose policy let the run go on. */
function isPast(reading: WorkflowReading, { statuses, tokens }: ReferenceRun, node: number): boolean {
  const onward = edgesPastFailure(reading, node);
  if (statuses[node] !== 'failed' || onward === undefined) return false;
  const taken = outboundOf(reading, node).filter((edge) => tokens[edge.index] === 'live');
  if (onward.length > 0) return taken.some((edge) => onward.includes(edge));
  const ranOrOwns =
    node === reading.entry || joined(reading, node, tokens) === 'run' || ownsFailure(reading, node, tokens);
  return taken.length === 0 && ranOrOwns;
}
