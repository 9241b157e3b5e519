import type { Problem } from '../../errors/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import type { GraphEdge } from './workflow-graph.ts';

/** An edge has the fields of its type: condition or when on conditional edges of decisions, on where failures go. */
export function checkEdgeFields(view: ProjectView): Problem[] {
  return view.graph.edges.flatMap((edge) => [
    ...(edge.type === 'conditional' ? conditionalProblems(view, edge) : conditionProblems(view, edge)),
    ...onProblems(view, edge),
  ]);
}

function conditionalProblems(view: ProjectView, { index, spec, source }: GraphEdge): Problem[] {
  const path = ['workflow', 'edges', index];
  if (source !== undefined && source.spec.type !== 'decision') {
    return [
      view.problem('workflow', {
        code: 'MANIFEST_EDGE_CONDITION_MISPLACED',
        message: `A conditional edge leaves ${quote(source.id)}, which is no decision.`,
        hint: 'Put a node of type decision between the two, or remove the condition.',
        path: [...path, fieldOf(spec)],
      }),
    ];
  }
  if (spec.condition === undefined && spec.when === undefined) {
    return [
      view.problem('workflow', {
        code: 'MANIFEST_EDGE_CONDITION_MISSING',
        message: 'The conditional edge has neither a condition nor a when.',
        hint: 'Add one of them, or make it a normal edge.',
        path,
      }),
    ];
  }
  if (spec.condition === undefined || spec.when === undefined) return [];
  return [
    view.problem('workflow', {
      code: 'MANIFEST_VALUE_INVALID',
      message: 'The edge has a condition and a when, and can only have one.',
      hint: 'Remove one of them.',
      path: [...path, 'when'],
      at: 'key',
    }),
  ];
}

function fieldOf({ condition, when }: GraphEdge['spec']): string {
  if (condition !== undefined) return 'condition';
  return when === undefined ? 'type' : 'when';
}

function conditionProblems(view: ProjectView, { index, type, spec }: GraphEdge): Problem[] {
  return (['condition', 'when'] as const)
    .filter((field) => spec[field] !== undefined)
    .map((field) => misplaced(view, { index, field, message: `An edge of type ${quote(type)} has no ${field}.` }));
}

function onProblems(view: ProjectView, { index, type, spec }: GraphEdge): Problem[] {
  if (spec.on === undefined || type === 'error' || type === 'fallback') return [];
  const message = `An edge of type ${quote(type)} has no on: it is not taken after a failure.`;
  return [misplaced(view, { index, field: 'on', message })];
}

function misplaced(view: ProjectView, found: { index: number; field: string; message: string }): Problem {
  return view.problem('workflow', {
    code: 'MANIFEST_VALUE_INVALID',
    message: found.message,
    hint: `Remove ${quote(found.field)}, or set the type of edge that it belongs to.`,
    path: ['workflow', 'edges', found.index, found.field],
    at: 'key',
  });
}
