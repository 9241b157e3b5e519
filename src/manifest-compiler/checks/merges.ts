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
      ? [...edgeCounts(view, node), ...quorumProblems(view, node, spec), ...idleFields(view, node, spec)]
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
  if (spec.join !== 'quorum') return [];
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

function idleFields(view: ProjectView, { index }: GraphNode, spec: MergeNode): Problem[] {
  const needs = [
    { field: 'quorum', needed: 'join: quorum', isMet: spec.join === 'quorum' },
    { field: 'on_short', needed: 'join: quorum', isMet: spec.join === 'quorum' },
    { field: 'on_conflict', needed: 'merge: deep_merge', isMet: spec.merge === 'deep_merge' },
  ] as const;
  return needs
    .filter(({ field, isMet }) => spec[field] !== undefined && !isMet)
    .map(({ field, needed }) =>
      view.problem('workflow', {
        code: 'MANIFEST_VALUE_INVALID',
        message: `${quote(field)} says nothing without "${needed}".`,
        hint: `Remove it, or write "${needed}".`,
        path: ['workflow', 'nodes', index, field],
        at: 'key',
      }),
    );
}
