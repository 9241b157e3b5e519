import type { Problem } from '../../errors/index.ts';
import { DeclaredNodeSpec, NodeSpec } from '../../manifest/index.ts';
import { createNameFinder, quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';

const nodeTypes: ReadonlySet<string> = new Set(DeclaredNodeSpec.options.map(({ shape }) => shape.type.value));
const runnableTypes = NodeSpec.options.map(({ shape }) => shape.type.value);

/** The fallback matrix names nodes of the workflow and types of nodes. */
export function checkFallbacks(view: ProjectView): Problem[] {
  const node = { kind: 'pipelines', what: 'node of the workflow', names: view.nodeIds, home: 'workflow.yaml' } as const;
  const types = { has: (name: string) => nodeTypes.has(name), finder: createNameFinder(runnableTypes) };
  const type = { ...node, what: 'type of node', names: types };
  const problems: Problem[] = [];
  for (const [index, row] of (view.manifests.pipelines?.fallbacks ?? []).entries()) {
    const { stage, stage_type: stageType, to } = row;
    const path = ['fallbacks', index];
    problems.push(
      ...checkReference(view, { ...node, path: [...path, 'stage'], name: stage }),
      ...checkReference(view, { ...type, path: [...path, 'stage_type'], name: stageType }),
      ...checkReference(view, { ...node, path: [...path, 'to'], name: to }),
    );
    if (stage === to) problems.push(fallsBackToItself(view, index, to));
  }
  return problems;
}

function fallsBackToItself(view: ProjectView, index: number, to: string): Problem {
  return view.problem('pipelines', {
    code: 'MANIFEST_VALUE_INVALID',
    message: `${quote(to)} falls back to itself.`,
    hint: 'Name another node, or give the node "retries".',
    path: ['fallbacks', index, 'to'],
  });
}
