import type { Problem } from '../../errors/index.ts';
import type { DeclaredNodeSpec } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import type { GraphNode } from './workflow-graph.ts';

type MergeNode = Extract<DeclaredNodeSpec, { type: 'merge' }>;

/** A merge joins at least two edges, goes on along one, and waits for what can come. */
export function checkMerges(view: ProjectView): Problem[] {
  return view.graph.nodes.flatMap((node) => {
    const { spec } = node;
    return spec.type === 'merge'
      ? [
          ...edgeCounts(view, node),
          ...quorumProblems(view, node, spec),
          ...nobodyMerges(view, node, spec),
          ...idleFields(view, node, spec),
        ]
      : [];
  });
}

function edgeCounts(view: ProjectView, { id, index, inEdges, outEdges }: GraphNode): Problem[] {
  const second = outEdges.filter(({ type }) => type === 'normal')[1];
  const problems: Problem[] = [];
  if (inEdges.length < 2 && view.isGraphWhole) {
    problems.push(
      view.problem('workflow', {
        code: 'MANIFEST_MERGE_EDGES',
        message: `${inEdges.length === 0 ? 'No edge leads' : 'Only one edge leads'} to the merge ${quote(id)}, and it needs at least two.`,
        hint: 'Add the edges that it joins, or use a node of another type.',
        path: ['workflow', 'nodes', index],
      }),
    );
  }
  if (second !== undefined) {
    problems.push(
      view.problem('workflow', {
        code: 'MANIFEST_MERGE_EDGES',
        message: `The merge ${quote(id)} has a second normal edge, and can only have one.`,
        hint: 'Lead it to one node, and branch from there.',
        path: ['workflow', 'edges', second.index],
      }),
    );
  }
  return problems;
}

function quorumProblems(view: ProjectView, { id, index, inEdges }: GraphNode, spec: MergeNode): Problem[] {
  const path = ['workflow', 'nodes', index];
  if (spec.join !== 'quorum' || view.isBroken('workflow', [...path, 'quorum'])) return [];
  if (spec.quorum === undefined) {
    return [
      view.problem('workflow', {
        code: 'MANIFEST_FIELD_MISSING',
        message: `The merge ${quote(id)} joins a quorum and does not say how many that are.`,
        hint: 'Add "quorum".',
        path: [...path, 'join'],
      }),
    ];
  }
  if (!view.isGraphWhole || spec.quorum <= inEdges.length || inEdges.length < 2) return [];
  return [
    view.problem('workflow', {
      code: 'MANIFEST_QUORUM_INVALID',
      message: `The merge ${quote(id)} needs a quorum of ${spec.quorum}, and only ${inEdges.length} edges lead to it.`,
      hint: `Use a number from 1 to ${inEdges.length}.`,
      path: [...path, 'quorum'],
    }),
  ];
}

/** A policy that leaves the work to somebody says to whom. */
function nobodyMerges(view: ProjectView, { id, index }: GraphNode, spec: MergeNode): Problem[] {
  const field = spec.merge === 'reduce' ? 'tool' : spec.merge === 'agent' ? 'agent' : undefined;
  if (field === undefined || spec[field] !== undefined) return [];
  if (view.isBroken('workflow', ['workflow', 'nodes', index, field])) return [];
  return [
    view.problem('workflow', {
      code: 'MANIFEST_FIELD_MISSING',
      message: `The merge ${quote(id)} is left to ${field === 'tool' ? 'a tool' : 'an agent'} and does not say which.`,
      hint: `Add ${quote(field)}.`,
      path: ['workflow', 'nodes', index, 'merge'],
    }),
  ];
}

interface FieldNeed {
  readonly needed: readonly [field: 'join' | 'merge', ...values: string[]];
  readonly fields: readonly (keyof MergeNode)[];
}

const fieldNeeds: readonly FieldNeed[] = [
  { needed: ['join', 'quorum'], fields: ['quorum', 'on_short'] },
  { needed: ['merge', 'deep_merge'], fields: ['on_conflict'] },
  { needed: ['merge', 'vote'], fields: ['vote_by'] },
  { needed: ['merge', 'reduce'], fields: ['tool', 'arguments'] },
  { needed: ['merge', 'agent'], fields: ['agent', 'input'] },
  { needed: ['merge', 'reduce', 'agent'], fields: ['retries', 'timeout', 'backoff'] },
];

function idleFields(view: ProjectView, { index }: GraphNode, spec: MergeNode): Problem[] {
  const path = ['workflow', 'nodes', index];
  return fieldNeeds.flatMap(({ needed: [field, ...values], fields }) => {
    if (values.includes(spec[field] ?? '') || view.isBroken('workflow', [...path, field])) return [];
    const needed = values.map((value) => quote(`${field}: ${value}`)).join(' or ');
    return fields
      .filter((name) => spec[name] !== undefined)
      .map((name) =>
        view.problem('workflow', {
          code: 'MANIFEST_VALUE_INVALID',
          message: `${quote(name)} says nothing without ${needed}.`,
          hint: `Remove it, or write ${needed}.`,
          path: [...path, name],
          at: 'key',
        }),
      );
  });
}
