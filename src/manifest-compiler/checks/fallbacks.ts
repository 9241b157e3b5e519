import type { Problem } from '../../errors/index.ts';
import { DeclaredNodeSpec, NodeSpec } from '../../manifest/index.ts';
import { createNameFinder, quote } from '../report/index.ts';
import { buildGraph, emptyGraph, type GraphNode } from './workflow-graph.ts';
import type { DeclaredNames, ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';

const nodeTypes: ReadonlySet<string> = new Set(DeclaredNodeSpec.options.map(({ shape }) => shape.type.value));
const runnableTypes = NodeSpec.options.map(({ shape }) => shape.type.value);

/** The fallback matrix names nodes of the workflow and types of nodes. */
export function checkFallbacks(view: ProjectView): Problem[] {
  const node = {
    kind: 'pipelines',
    what: 'node of the workflow',
    names: everyNode(view),
    home: 'workflow.yaml',
  } as const;
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
  return [...problems, ...checkHandlers(view)];
}

/** What takes over for a failed stage goes on where that stage would have: it has no way of its own, but for failures. */
function checkHandlers(view: ProjectView): Problem[] {
  const rows = view.manifests.pipelines?.fallbacks ?? [];
  const reported = new Set<string>();
  const graphs = view.workflows.map(({ workflow }) => (workflow === undefined ? emptyGraph : buildGraph(workflow)));
  return rows.flatMap(({ stage, to }, index): Problem[] => {
    const handlers = graphs.flatMap((graph) => graph.byId.get(to) ?? []);
    const reason = stage === to || reported.has(to) ? undefined : firstReason(handlers);
    if (reason === undefined) return [];
    reported.add(to);
    const hint = `Let it be a node whose only edges are of type error or fallback and lead to an end, or remove the row and draw edges of type fallback to ${quote(to)}.`;
    const message = `${quote(to)} would take over for a failed stage and go on where that stage would have, but ${reason}.`;
    return [
      view.problem('pipelines', { code: 'MANIFEST_VALUE_INVALID', message, hint, path: ['fallbacks', index, 'to'] }),
    ];
  });
}

/** A row holds in every workflow that has its node. */
function everyNode({ nodeIds, workflows }: ProjectView): DeclaredNames {
  const inBodies = workflows.slice(1).flatMap(({ workflow }) => workflow?.nodes.map(({ id }) => id) ?? []);
  if (inBodies.length === 0) return nodeIds;
  const known = new Set(inBodies);
  return { has: (name) => nodeIds.has(name) || known.has(name), finder: nodeIds.finder };
}

function firstReason(handlers: readonly GraphNode[]): string | undefined {
  return handlers.map(unfitFor).find((reason) => reason !== undefined);
}

const branching: ReadonlySet<string> = new Set(['decision', 'merge']);

/** The end of a sentence, when a node cannot take over. */
function unfitFor({ spec, outEdges }: GraphNode): string | undefined {
  if (spec.type === 'end') return undefined;
  if (branching.has(spec.type)) return `it is a ${spec.type}, whose own edges would be left out`;
  const lost = outEdges.find(
    ({ type, target }) =>
      (type !== 'error' && type !== 'fallback') || (target !== undefined && target.spec.type !== 'end'),
  );
  return lost === undefined ? undefined : `its own edge to ${quote(lost.spec.to)} would be left out`;
}

function fallsBackToItself(view: ProjectView, index: number, to: string): Problem {
  return view.problem('pipelines', {
    code: 'MANIFEST_VALUE_INVALID',
    message: `${quote(to)} falls back to itself.`,
    hint: 'Name another node, or give the node "retries".',
    path: ['fallbacks', index, 'to'],
  });
}
