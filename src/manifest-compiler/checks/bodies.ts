import type { Problem } from '../../errors/index.ts';
import { isChildNode } from '../read/index.ts';
import { quote } from '../report/index.ts';
import { asksAgents } from './asked.ts';
import type { ProjectView } from './project-view.ts';
import { bounds, mayBoundTasks } from './unbounded-cost.ts';
import type { GraphNode } from './workflow-graph.ts';

const ways = ['node', 'body', 'workflow'] as const;

/** Nodes whose work is done by child tasks say in one way what these run, and when the work is done. */
export function checkBodies(view: ProjectView): Problem[] {
  return view.graph.nodes.flatMap((node) =>
    isChildNode(node.spec)
      ? [
          ...bodyProblems(view, node),
          ...idleFields(view, node),
          ...endless(view, node),
          ...itemsProblems(view, node),
          ...unbounded(view, node),
        ]
      : [],
  );
}

function bodyProblems(view: ProjectView, { spec, id, index }: GraphNode): Problem[] {
  if (spec.type !== 'map' && spec.type !== 'repeat') return [];
  const path = ['workflow', 'nodes', index];
  const said = ways.filter((way) => spec[way] !== undefined);
  const second = said[1];
  if (second !== undefined) {
    return [
      view.problem('workflow', {
        code: 'MANIFEST_BODY_AMBIGUOUS',
        message: `${quote(id)} says in ${said.length} ways what it runs: ${said.map(quote).join(' and ')}.`,
        hint: 'Keep one of them.',
        path: [...path, second],
        at: 'key',
      }),
    ];
  }
  if (said.length > 0 || ways.some((way) => view.isBroken('workflow', [...path, way]))) return [];
  return [
    view.problem('workflow', {
      code: 'MANIFEST_FIELD_MISSING',
      message: `${quote(id)} does not say what it runs.`,
      hint: 'Add "node" with one node, "body" with nodes and edges, or "workflow" with the path of a file.',
      path,
    }),
  ];
}

/** A quorum is for those who wait for one. */
function idleFields(view: ProjectView, { spec, id, index }: GraphNode): Problem[] {
  if (spec.type !== 'map') return [];
  const path = ['workflow', 'nodes', index];
  if (['quorum', 'on_item_failure'].some((field) => view.isBroken('workflow', [...path, field]))) return [];
  const isQuorum = spec.on_item_failure === 'quorum';
  if (isQuorum && spec.quorum === undefined) {
    return [
      view.problem('workflow', {
        code: 'MANIFEST_FIELD_MISSING',
        message: `The map ${quote(id)} goes on with a quorum and does not say how many items that are.`,
        hint: 'Add "quorum".',
        path: [...path, 'on_item_failure'],
      }),
    ];
  }
  if (isQuorum || spec.quorum === undefined) return [];
  return [
    view.problem('workflow', {
      code: 'MANIFEST_VALUE_INVALID',
      message: '"quorum" says nothing without "on_item_failure: quorum".',
      hint: 'Remove it, or write "on_item_failure: quorum".',
      path: [...path, 'quorum'],
      at: 'key',
    }),
  ];
}

/** Nothing but its limit ends a repeat without a condition: to fail then would be to fail always. */
function endless(view: ProjectView, { spec, id, index }: GraphNode): Problem[] {
  if (spec.type !== 'repeat' || spec.until !== undefined || spec.on_exhausted !== 'fail') return [];
  if (view.isBroken('workflow', ['workflow', 'nodes', index, 'until'])) return [];
  return [
    view.problem('workflow', {
      code: 'MANIFEST_VALUE_INVALID',
      message: `The repeat ${quote(id)} has no "until", so it is always exhausted and always fails.`,
      hint: 'Add "until", or write "on_exhausted: accept".',
      path: ['workflow', 'nodes', index, 'on_exhausted'],
    }),
  ];
}

/** What is written out is known before anything runs. */
function itemsProblems(view: ProjectView, { spec, id, index }: GraphNode): Problem[] {
  if (spec.type !== 'map' || Array.isArray(spec.items)) return [];
  const isExpression = typeof spec.items === 'string' && /^\s*\$\{\{[^]*\}\}\s*$/u.test(spec.items);
  if (isExpression) return [];
  return [
    view.problem('workflow', {
      code: 'MANIFEST_VALUE_INVALID',
      message: `The items of ${quote(id)} can never be a list.`,
      hint:
        typeof spec.items === 'string' && !spec.items.includes('${{')
          ? `Write "\${{ ${spec.items.slice(0, 60)} }}" for an expression, or a list.`
          : 'Write one expression that gives a list, or a list.',
      path: ['workflow', 'nodes', index, 'items'],
    }),
  ];
}

function unbounded(view: ProjectView, { spec, id, index }: GraphNode): Problem[] {
  const path = ['workflow', 'nodes', index];
  if (spec.type !== 'map' || spec.max_items !== undefined || !asksAgents(view, spec)) return [];
  if (Array.isArray(spec.items) || view.isBroken('workflow', [...path, 'max_items'])) return [];
  if (mayBoundTasks(view) || bounds(spec.budget)) return [];
  return [
    view.problem('workflow', {
      severity: 'warning',
      code: 'MANIFEST_COST_UNBOUNDED',
      message: `The map ${quote(id)} asks agents for each item of a list that may have any length.`,
      hint: 'Add "max_items".',
      path: [...path, 'items'],
    }),
  ];
}
