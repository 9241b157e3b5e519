import fc from 'fast-check';
import type { EdgeSpec, NodeSpec, WorkflowSpec } from '../../src/manifest/index.ts';
import type { FailureCategory } from '../../src/errors/index.ts';

/*
 * Arbitrary workflows that are acyclic, have one entry and reach every node. Numbers that fast-check draws are turned
 * into a workflow by plain functions, and the smallest number always means the simplest thing, so that a failing
 * workflow shrinks to a chain with just what it takes to fail.
 */

interface NodeTraits {
  readonly wants: 'step' | 'decision' | 'merge';
  readonly step: 'agent' | 'tool' | 'transform' | 'feedback';
  /** Whether a question has an answer of its own when time is up. */
  readonly answersItself: boolean;
  readonly closes: 'success' | 'failure' | 'stage';
  readonly hasDefault: boolean;
  /** How far back an edge comes from when no other edge leads here. */
  readonly back: number;
  readonly join: 'all' | 'any' | 'quorum';
  readonly quorum: number;
  readonly onShort: 'fail' | 'run' | undefined;
  readonly onBranchFailure: 'fail' | 'continue' | undefined;
  readonly cancelRemaining: boolean;
  readonly retries: number;
  readonly hasTimeout: boolean;
  readonly onFailure: 'fail' | 'skip' | 'continue_partial' | undefined;
  /** Where the node stands in the file. */
  readonly place: number;
}

interface LinkTraits {
  readonly to: number;
  readonly back: number;
  readonly kind: 'done' | 'error' | 'fallback';
  readonly on: readonly FailureCategory[] | undefined;
  /** A second choice of a decision that leads to the same node. */
  readonly isTwin: boolean;
}

interface WorkflowTraits {
  readonly nodes: readonly NodeTraits[];
  readonly links: readonly LinkTraits[];
  readonly exit: 'all' | 'first';
  readonly failFast: boolean;
  /** Whether all branches meet again at the last node. */
  readonly converges: boolean;
}

interface Link {
  readonly from: number;
  readonly to: number;
  readonly kind: LinkTraits['kind'];
  readonly on?: FailureCategory[];
  readonly isTwin?: true;
}

/** What may occur in generated workflows; everything by default. */
export interface GeneratorOptions {
  readonly maxNodes?: number;
  /** Only what leaves the final state independent of the order in which stages end. */
  readonly isConfluent?: boolean;
  readonly names?: (index: number) => string;
}

/** Failures that generated error and fallback edges name, and that generated stages report. */
export const generatedCategories = ['tool', 'timeout', 'json'] as const satisfies readonly FailureCategory[];

const edgeCategories = ['tool', 'timeout', 'branch_failed', 'routing'] as const satisfies readonly FailureCategory[];

export function workflows(options: GeneratorOptions = {}): fc.Arbitrary<WorkflowSpec> {
  const maxNodes = options.maxNodes ?? 14;
  const mayDependOnOrder = options.isConfluent !== true;
  return fc
    .record({
      nodes: fc.array(nodeTraits(mayDependOnOrder), { minLength: 2, maxLength: maxNodes, size: 'max' }),
      links: fc.array(linkTraits, { maxLength: maxNodes * 2, size: 'max' }),
      exit: mayDependOnOrder ? rarely<'all' | 'first'>('all', 'first') : fc.constant('all' as const),
      converges: fc.boolean(),
      failFast: mayDependOnOrder ? rarely(false, true) : fc.constant(false),
    })
    .map((traits) => buildWorkflow(traits, options.names ?? ((index) => `n${index}`)));
}

function rarely<Value>(usual: Value, rare: Value): fc.Arbitrary<Value> {
  return fc.constantFrom(usual, usual, usual, usual, rare);
}

function nodeTraits(mayCancel: boolean): fc.Arbitrary<NodeTraits> {
  return fc.record({
    wants: fc.constantFrom('step', 'step', 'decision', 'merge', 'merge', 'merge'),
    step: fc.constantFrom('agent', 'tool', 'transform', 'feedback'),
    answersItself: fc.boolean(),
    closes: fc.constantFrom('success', 'success', 'success', 'stage', 'stage', 'stage', 'stage', 'failure'),
    hasDefault: fc.boolean(),
    back: fc.nat(3),
    join: fc.constantFrom('all', 'all', 'any', 'quorum'),
    quorum: fc.integer({ min: 1, max: 4 }),
    onShort: fc.constantFrom(undefined, 'run', 'fail'),
    onBranchFailure: fc.constantFrom(undefined, 'continue', 'fail'),
    cancelRemaining: mayCancel ? fc.boolean() : fc.constant(false),
    retries: fc.nat(2),
    hasTimeout: fc.boolean(),
    onFailure: fc.constantFrom(undefined, undefined, undefined, 'fail', 'skip', 'continue_partial'),
    place: fc.nat(9),
  });
}

const linkTraits: fc.Arbitrary<LinkTraits> = fc.record({
  to: fc.nat(30),
  back: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(12) }),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('done' as const) },
    { weight: 2, arbitrary: fc.constantFrom('error' as const, 'fallback' as const) },
  ),
  on: fc.option(fc.subarray([...edgeCategories], { minLength: 1, maxLength: 2 }), { nil: undefined }),
  isTwin: rarely(false, true),
});

function buildWorkflow(traits: WorkflowTraits, nameOf: (index: number) => string): WorkflowSpec {
  const drawing: Drawing = { traits, links: linksOf(traits), nameOf };
  const byPlace = traits.nodes
    .map((_, index) => index)
    .toSorted((one, other) => placeOf(traits, one) - placeOf(traits, other));
  return {
    id: 'generated',
    ...(traits.exit === 'first' && { exit: 'first' }),
    ...(traits.failFast && { fail_fast: true }),
    nodes: byPlace.map((index) => nodeSpec(drawing, index)),
    edges: byPlace.flatMap((index) => edgesFrom(drawing, index)),
  };
}

interface Drawing {
  readonly traits: WorkflowTraits;
  readonly links: readonly Link[];
  readonly nameOf: (index: number) => string;
}

function placeOf({ nodes }: WorkflowTraits, index: number): number {
  return nodes[index]?.place ?? 0;
}

/** Forward links without repeats, and one to every node that no other link reaches. */
function linksOf({ nodes, links, converges }: WorkflowTraits): readonly Link[] {
  const found = new Map<string, Link>();
  for (const { to: target, back, kind, on, isTwin } of links) {
    const to = 1 + (target % (nodes.length - 1));
    const from = Math.max(0, to - 1 - back);
    const twin = isTwin && kind === 'done' && nodes[from]?.wants === 'decision' && { isTwin: true as const };
    const link = { from, to, kind, ...twin, ...(kind !== 'done' && on !== undefined && { on: [...on] }) };
    found.set(JSON.stringify(link), link);
  }
  nodes.forEach(({ back }, to) => {
    if (to === 0 || [...found.values()].some((link) => link.to === to)) return;
    found.set(`to ${to}`, { from: Math.max(0, to - 1 - back), to, kind: 'done' });
  });
  const last = nodes.length - 1;
  const loose = nodes.slice(0, converges ? last : 0).map((_, from) => from);
  for (const from of loose) {
    if (![...found.values()].some((link) => link.from === from))
      found.set(`from ${from}`, { from, to: last, kind: 'done' });
  }
  return [...found.values()];
}

function doneLinks(links: readonly Link[], index: number): readonly Link[] {
  return links.filter((link) => link.from === index && link.kind === 'done');
}

function isDecision({ traits, links }: Drawing, index: number): boolean {
  return traits.nodes[index]?.wants === 'decision' && doneLinks(links, index).length >= 2;
}

function nodeSpec(drawing: Drawing, index: number): NodeSpec {
  const spec = workSpec(drawing, index);
  const onFailure = drawing.traits.nodes[index]?.onFailure;
  return spec.type === 'end' || onFailure === undefined ? spec : { ...spec, on_failure: onFailure };
}

function workSpec(drawing: Drawing, index: number): NodeSpec {
  const { traits, links } = drawing;
  const id = drawing.nameOf(index);
  const node = traits.nodes[index];
  if (node === undefined) throw new Error(`There is no node ${index}.`);
  const isTerminal = !links.some((link) => link.from === index);
  if (isTerminal && node.closes !== 'stage')
    return { id, type: 'end', ...(node.closes === 'failure' && { status: 'failure' }) };
  if (isDecision(drawing, index)) return { id, type: 'decision', agent: 'judge', ...attemptsOf(node) };
  const ways = links.filter((link) => link.to === index).length;
  if (node.wants === 'merge' && ways >= 2) return mergeSpec(id, node);
  if (node.step === 'transform') return { id, type: 'transform', output: null };
  if (node.step === 'feedback') return feedbackSpec(id, node);
  if (node.step === 'tool') return { id, type: 'tool', tool: 'worker', ...attemptsOf(node) };
  return { id, type: 'agent', agent: 'worker', ...attemptsOf(node) };
}

function attemptsOf(node: NodeTraits): { retries?: number; timeout?: string } {
  return { ...(node.retries > 0 && { retries: node.retries }), ...(node.hasTimeout && { timeout: '30s' }) };
}

function feedbackSpec(id: string, node: NodeTraits): NodeSpec {
  return {
    id,
    type: 'feedback',
    ...(node.hasTimeout && { timeout: '30s' }),
    ...(node.hasTimeout && node.answersItself && { default: 'approve' }),
  };
}

function mergeSpec(id: string, node: NodeTraits): NodeSpec {
  return {
    id,
    type: 'merge',
    ...(node.join !== 'all' && { join: node.join }),
    ...(node.join === 'quorum' && { quorum: node.quorum }),
    ...(node.join === 'quorum' && node.onShort !== undefined && { on_short: node.onShort }),
    ...(node.onBranchFailure !== undefined && { on_branch_failure: node.onBranchFailure }),
    ...(node.cancelRemaining && { cancel_remaining: true }),
  };
}

function edgesFrom(drawing: Drawing, index: number): readonly EdgeSpec[] {
  const { traits, links, nameOf } = drawing;
  const isChoosing = isDecision(drawing, index);
  const labelled = doneLinks(links, index);
  const hasDefault = isChoosing && traits.nodes[index]?.hasDefault === true && labelled.length >= 3;
  const defaultLink = hasDefault ? labelled.at(-1) : undefined;
  return links.flatMap((link) => {
    if (link.from !== index) return [];
    const ends = { from: nameOf(link.from), to: nameOf(link.to) };
    if (link.kind !== 'done') return [{ ...ends, type: link.kind, ...(link.on !== undefined && { on: link.on }) }];
    if (!isChoosing || link === defaultLink) return [ends];
    const label = `choice ${labelled.indexOf(link)}`;
    return [labelled.indexOf(link) % 2 === 0 ? { ...ends, condition: label } : { ...ends, when: label }];
  });
}
