import type { GraphNode, WorkflowGraph } from '../../machines/index.ts';
import type { Repeat, RepeatKind } from './compatibility.ts';
import { differingFields, listed } from './definition.ts';
import type { NodePair, Pairing } from './node-pairs.ts';
import { isStage, nameOf, type Version } from './version.ts';
import { controlText, failureHandling } from './wiring.ts';

export interface Versions {
  readonly before: Version;
  readonly after: Version;
}

/** For every node of the old version that the new one has: why its finished stage does not stay valid, if so. */
export interface Validity {
  /** Stages that always have to run again, by old id. */
  readonly again: ReadonlyMap<string, Repeat>;
  /** Stages that have to run again in some tasks, by old id. What happened in a task decides. */
  readonly sometimes: ReadonlyMap<string, Repeat>;
}

/**
 * A finished stage stays valid when its node and all nodes before it do the same and are reached in the same way. Where
 * edges lead is no part of that, with two exceptions. After a failure, its handlers decide what the other edges of a node
 * carry. And a run that may be ended early depends on all of the graph.
 */
export function findValidity(versions: Versions, pairing: Pairing): Validity {
  const again = new Map<string, Repeat>();
  for (const pair of pairing.pairs.values()) {
    const repeat = ownReason(versions, pair) ?? inheritedReason(versions, pair, again);
    if (repeat !== undefined) again.set(pair.before.id, repeat);
  }
  const sometimes = new Map<string, Repeat>();
  for (const repeat of [...earlyEnds(versions, pairing), ...otherHandlers(versions, pairing)]) {
    if (!again.has(repeat.node)) sometimes.set(repeat.node, repeat);
  }
  return { again, sometimes };
}

interface Because {
  readonly kind: RepeatKind;
  readonly when?: Repeat['when'];
  readonly sentence: string;
}

function repeatOf(versions: Versions, { before, after }: NodePair, because: Because): Repeat {
  const tools = versions.after.resources.toolsWithEffects(versions.after.specOf(after));
  return { node: before.id, when: 'always', ...because, tools };
}

function ownReason(versions: Versions, pair: NodePair): Repeat | undefined {
  const fields = differingFields(pair.definitions.before, pair.definitions.after);
  if (fields.length > 0) {
    const sentence = `${nameOf(pair.before)} differs in ${listed(fields)}.`;
    return repeatOf(versions, pair, { kind: 'node_changed', sentence });
  }
  if (pair.isWiredAlike) return undefined;
  return repeatOf(versions, pair, {
    kind: 'edges_changed',
    sentence: `Other edges lead to ${nameOf(pair.before)}.`,
  });
}

function inheritedReason(versions: Versions, pair: NodePair, again: ReadonlyMap<string, Repeat>): Repeat | undefined {
  const source = pair.before.inbound.find(({ from }) => again.has(from.id))?.from;
  if (source === undefined) return undefined;
  return repeatOf(versions, pair, {
    kind: 'stage_before_changed',
    sentence: `${nameOf(pair.before)} comes after ${nameOf(source)}, which has to run again.`,
  });
}

/** Every stage, when the new version may end or cancel a run earlier than the old one would have. */
function earlyEnds(versions: Versions, { pairs, names }: Pairing): readonly Repeat[] {
  const { before, after } = versions;
  if (!mayEndEarly(after.pipeline.graph)) return [];
  const isSameControl =
    controlText(before, names) === controlText(after, new Map()) &&
    !isTighter(before.pipeline.graph, after.pipeline.graph);
  if (isSameControl) return [];
  return [...pairs.values()].map((pair) =>
    repeatOf(versions, pair, {
      kind: 'may_end_early',
      when: 'on_early_end',
      sentence: `The new version may end a run before ${nameOf(pair.before)}, where the old one did not.`,
    }),
  );
}

function mayEndEarly({ exit, failFast, nodes }: WorkflowGraph): boolean {
  return exit === 'first' || failFast || nodes.some(({ join }) => join.cancelRemaining);
}

function isTighter(before: WorkflowGraph, after: WorkflowGraph): boolean {
  return (after.exit === 'first' && before.exit === 'all') || (after.failFast && !before.failFast);
}

/** Stages that may have run although or because a stage before them failed, where that stage has other handlers now. */
function otherHandlers(versions: Versions, { pairs, names }: Pairing): readonly Repeat[] {
  return [...pairs.values()].flatMap(({ before, after }) => {
    if (failureHandling(versions.before, before, names) === failureHandling(versions.after, after, new Map()))
      return [];
    return [...runnableAfterFailure(before)].flatMap((node) => {
      const pair = pairs.get(node.id);
      if (pair === undefined) return [];
      const sentence = `Failures of ${nameOf(before)} go elsewhere now, so ${nameOf(node)} counts no more in a task in which it failed.`;
      return [repeatOf(versions, pair, { kind: 'failure_handling_changed', when: 'after_failure', sentence })];
    });
  });
}

/** What can run once a node failed: its handlers, the joins below it, and all below these; all, if the run goes past it. */
function runnableAfterFailure(failed: GraphNode): ReadonlySet<GraphNode> {
  const below = spread(new Set(failed.outbound.map(({ to }) => to)));
  if (failed.onFailure !== undefined) return below;
  const handlers = failed.outbound.filter(({ kind }) => kind === 'error' || kind === 'fallback').map(({ to }) => to);
  const joins = [...below].filter(({ inbound }) => inbound.length > 1);
  return spread(new Set([...handlers, ...joins]));
}

function spread(nodes: Set<GraphNode>): Set<GraphNode> {
  for (const node of nodes) for (const { to } of node.outbound) nodes.add(to); // a loop over a set sees what is added
  return nodes;
}

/** The result of a stage is of no more use when its node is gone; that of an end, which has none, is not missed. */
export function droppedNodes({ before }: Versions, { pairs }: Pairing): readonly GraphNode[] {
  return before.pipeline.graph.nodes.filter((node) => !pairs.has(node.id));
}

export function droppedStages(versions: Versions, pairing: Pairing): readonly GraphNode[] {
  return droppedNodes(versions, pairing).filter(isStage);
}
