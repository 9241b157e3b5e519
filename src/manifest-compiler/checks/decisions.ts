import type { Problem } from '../../errors/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import type { GraphEdge, GraphNode } from './workflow-graph.ts';

/** A decision has something to choose from, one way to choose, and at most one default. */
export function checkDecisions(view: ProjectView): Problem[] {
  return view.graph.nodes.flatMap((node) =>
    node.spec.type === 'decision'
      ? [...waysToChoose(view, node), ...edgeCounts(view, node), ...sameConditions(view, node)]
      : [],
  );
}

function waysToChoose(view: ProjectView, { spec, index, id, outEdges }: GraphNode): Problem[] {
  if (spec.type !== 'decision') return [];
  const path = ['workflow', 'nodes', index];
  const isRules = spec.agent === undefined && spec.tool === undefined && !view.isBroken('workflow', path);
  const problems: Problem[] = [];
  if (spec.agent !== undefined && spec.tool !== undefined) {
    const message = `The decision ${quote(id)} has an agent and a tool, and can only ask one.`;
    problems.push(
      view.problem('workflow', {
        code: 'MANIFEST_DECISION_RULES',
        message,
        hint: 'Remove one of them.',
        path: [...path, 'tool'],
        at: 'key',
      }),
    );
  } else if (spec.arguments !== undefined && spec.tool === undefined) {
    problems.push(unusedField(view, [...path, 'arguments'], 'Arguments are for a tool, and the decision has none.'));
  } else if (spec.input !== undefined && spec.tool !== undefined) {
    problems.push(unusedField(view, [...path, 'input'], 'A tool is given arguments, and no input.'));
  }
  const blind = isRules
    ? outEdges.filter(
        ({ type, spec: edge }) => type === 'conditional' && edge.condition !== undefined && edge.when === undefined,
      )
    : [];
  const message = `The decision ${quote(id)} has neither agent nor tool, so nothing can name this condition.`;
  const hint = 'Write a when for the edge, or give the decision an agent or a tool.';
  for (const edge of blind) {
    problems.push(
      view.problem('workflow', {
        code: 'MANIFEST_DECISION_RULES',
        message,
        hint,
        path: ['workflow', 'edges', edge.index, 'condition'],
      }),
    );
  }
  return problems;
}

function unusedField(view: ProjectView, path: (string | number)[], message: string): Problem {
  const hint = `Remove "${String(path.at(-1))}".`;
  return view.problem('workflow', { code: 'MANIFEST_VALUE_INVALID', message, hint, path, at: 'key' });
}

function edgeCounts(view: ProjectView, { id, index, outEdges }: GraphNode): Problem[] {
  const conditional = outEdges.filter(({ type }) => type === 'conditional');
  const [first, second] = outEdges.filter(({ type }) => type === 'normal');
  const path = ['workflow', 'nodes', index];
  const problems: Problem[] = [];
  const isForced = conditional.length === 0 || (conditional.length === 1 && first === undefined);
  if (isForced && view.areEdgesWhole) {
    const lack = conditional.length === 0 ? 'no conditional edge' : 'one way out';
    problems.push(
      view.problem('workflow', {
        code: 'MANIFEST_DECISION_EDGES',
        message: `The decision ${quote(id)} has ${lack}, so there is nothing to decide.`,
        hint: 'Add an edge with a condition or a when; one without is the default.',
        path,
      }),
    );
  }
  if (second !== undefined) {
    problems.push(
      view.problem('workflow', {
        code: 'MANIFEST_DECISION_EDGES',
        message: `The decision ${quote(id)} has a second normal edge, and only one can be the default.`,
        hint: 'Give it a condition, or branch after the decision.',
        path: ['workflow', 'edges', second.index],
      }),
    );
  } else if (first === undefined && conditional.length >= 2 && view.areEdgesWhole && conditional.every(hasCondition)) {
    problems.push(
      view.problem('workflow', {
        severity: 'warning',
        code: 'MANIFEST_DECISION_NO_DEFAULT',
        message: `The decision ${quote(id)} has no default: when no condition fits, it fails.`,
        hint: 'Add an edge without a condition.',
        path,
      }),
    );
  }
  return problems;
}

function hasCondition({ spec }: GraphEdge): boolean {
  return spec.condition !== undefined || spec.when !== undefined;
}

function sameConditions(view: ProjectView, { id, outEdges }: GraphNode): Problem[] {
  return (['condition', 'when'] as const).flatMap((field) => {
    const seen = new Map<string, GraphEdge>();
    return outEdges.flatMap((edge): Problem[] => {
      const condition = edge.spec[field];
      if (condition === undefined || edge.type !== 'conditional') return [];
      const former = seen.get(condition);
      seen.set(condition, former ?? edge);
      if (former === undefined || former.spec.to === edge.spec.to) return [];
      return [
        view.problem('workflow', {
          code: 'MANIFEST_CONDITION_DUPLICATE',
          message: `The decision ${quote(id)} has an edge with the ${field} ${quote(condition)} before this one.`,
          hint: 'Give each edge a condition of its own; to do several things, branch after the decision.',
          path: ['workflow', 'edges', edge.index, field],
        }),
      ];
    });
  });
}
