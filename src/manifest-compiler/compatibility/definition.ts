import type { GraphNode, JoinRule } from '../../machines/index.ts';
import type { OutlineEdge } from '../plan/outline.ts';
import { renameInExpression, renameInMapping, type Names } from './rename-stages.ts';
import { toFields, type Fields } from './resources.ts';
import type { Version } from './version.ts';

/** Fields of a node that a result does not depend on, and those that its join rule holds with its defaults. */
const leftOut: ReadonlySet<string> = new Set([
  'id',
  'description',
  'entry',
  'retries',
  'on_failure',
  'timeout',
  'backoff',
  'budget',
  'join',
  'quorum',
  'on_short',
  'on_branch_failure',
  'cancel_remaining',
]);

/**
 * All that the result of a node depends on besides what is delivered to it: its spec, what its agents and tools are, its
 * join, and what a decision chooses between. A node whose work is done by child tasks is what these run, too.
 * `names` are the new ids of stages that expressions read.
 */
export function definitionOf(version: Version, node: GraphNode, names: Names): Fields {
  const spec = version.specOf(node);
  const own = Object.entries(spec).filter(([field]) => !leftOut.has(field));
  const fields = Object.fromEntries(own.map(([field, value]) => [field, renameInMapping(value, names)]));
  return new Map([
    ...toFields({
      ...fields,
      ...(spec.type === 'merge' && { merge: spec.merge ?? 'dict', ...joinFields(node.join) }),
      ...(node.isDecision && { choices: choicesOf(version, node, names) }),
    }),
    ...version.resources.fieldsOf(spec),
  ]);
}

/** Fields of a rule that say something under its mode. */
function joinFields({ mode, quorum, onShort, onBranchFailure, cancelRemaining }: JoinRule): Record<string, unknown> {
  return {
    join: mode,
    cancel_remaining: cancelRemaining,
    ...(mode === 'quorum' && { quorum, on_short: onShort }),
    ...(mode === 'all' && { on_branch_failure: onBranchFailure }),
  };
}

/** Conditions are tried in the order of the file; labels alone have no order. Where the edges lead is no part of it. */
function choicesOf(version: Version, node: GraphNode, names: Names): unknown {
  const edges = outboundOf(version, node);
  const ways = edges.flatMap(({ kind, choice, when }) => {
    if (kind !== 'conditional') return [];
    return [when === undefined ? { condition: choice ?? '' } : { when: renameInExpression(when, names) }];
  });
  const isOrdered = ways.some((way) => 'when' in way);
  return {
    ways: isOrdered ? ways : ways.map(({ condition = '' }) => condition).toSorted(),
    otherwise: edges.some(({ kind }) => kind === 'normal'),
  };
}

function outboundOf({ edgeById }: Version, node: GraphNode): readonly OutlineEdge[] {
  return node.outbound.flatMap(({ id }) => edgeById.get(id) ?? []);
}

/** Names of the fields in which two definitions differ, in the order of the file. */
export function differingFields(one: Fields, other: Fields): readonly string[] {
  const all = new Set([...one.keys(), ...other.keys()]);
  return [...all].filter((field) => one.get(field) !== other.get(field));
}

export function listed(fields: readonly string[]): string {
  return fields.map((field) => `"${field}"`).join(', ');
}
