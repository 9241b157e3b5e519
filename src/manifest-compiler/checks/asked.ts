import type { DeclaredNodeSpec } from '../../manifest/index.ts';
import { bodyName, isChildNode } from '../read/index.ts';
import type { ProjectView } from './project-view.ts';

/** Whether a node, or what its child tasks run, asks an agent or a tool: these can fail for reasons no manifest rules out. */
export function asksSomebody(view: ProjectView, node: DeclaredNodeSpec): boolean {
  return findNode(view, node, isAsking);
}

/** Whether a node, or what its child tasks run, asks an agent, which costs money. */
export function asksAgents(view: ProjectView, node: DeclaredNodeSpec): boolean {
  return findNode(view, node, (each) => 'agent' in each);
}

function isAsking(node: DeclaredNodeSpec): boolean {
  return node.type === 'tool' || 'agent' in node || 'tool' in node;
}

function findNode(
  { unit, units }: Pick<ProjectView, 'unit' | 'units'>,
  node: DeclaredNodeSpec,
  matches: (node: DeclaredNodeSpec) => boolean,
): boolean {
  const rest = [{ node, unit }];
  const seen = new Set([unit]);
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (matches(next.node)) return true;
    const name = isChildNode(next.node) ? bodyName(next.node, next.unit) : undefined;
    const body = name === undefined ? undefined : units.byName(name);
    if (body === undefined || seen.has(body)) continue;
    seen.add(body);
    for (const inner of body.workflow?.nodes ?? []) rest.push({ node: inner, unit: body });
  }
  return false;
}
