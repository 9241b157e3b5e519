import type { Problem } from '../../errors/index.ts';
import type { DeclaredNodeSpec } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import { readAnswer } from '../roles/index.ts';
import type { ProjectView } from './project-view.ts';
import type { GraphNode } from './workflow-graph.ts';

type FeedbackNode = Extract<DeclaredNodeSpec, { type: 'feedback' }>;
type Finding = Pick<Problem, 'message'> & Partial<Pick<Problem, 'severity' | 'at'>> & { readonly hint: string };

/** The default of a question is an answer that it takes, and comes when time is up. */
export function checkQuestions(view: ProjectView): Problem[] {
  return view.graph.nodes.flatMap((node) =>
    node.spec.type === 'feedback' && node.spec.default !== undefined ? defaultProblems(view, node, node.spec) : [],
  );
}

function defaultProblems(view: ProjectView, { index }: GraphNode, spec: FeedbackNode): Problem[] {
  const path = ['workflow', 'nodes', index];
  const finding = view.isBroken('workflow', path) ? undefined : findingOf(view, spec);
  if (finding === undefined) return [];
  return [view.problem('workflow', { code: 'MANIFEST_VALUE_INVALID', ...finding, path: [...path, 'default'] })];
}

function findingOf(
  view: ProjectView,
  { id, timeout, default: given, actions, schema }: FeedbackNode,
): Finding | undefined {
  if (timeout === undefined) {
    return {
      message: '"default" says nothing without "timeout": the question waits for ever.',
      hint: 'Add "timeout", or remove it.',
      severity: 'warning',
      at: 'key',
    };
  }
  const read = readAnswer(given, null);
  if (!read.ok) return { message: `The default of ${quote(id)} is no answer: ${read.message}`, hint: read.hint };
  const { action, value } = read.answer;
  if (actions !== undefined && !actions.includes(action)) {
    return {
      message: `The question of ${quote(id)} does not take its own default, ${quote(action)}.`,
      hint: `Use one of: ${actions.join(', ')}.`,
    };
  }
  if (schema === undefined || (action !== 'edit' && action !== 'answer')) return undefined;
  const reason = view.checkValue(schema, value);
  if (reason === undefined) return undefined;
  return {
    message: `The default of ${quote(id)} does not fit its schema: ${reason}`,
    hint: 'Give a value that fits it.',
  };
}
