import type { Problem } from '../../errors/index.ts';
import type { ProjectView } from './project-view.ts';
import { toolNames } from './tool-names.ts';
import { checkReference } from './unknown-reference.ts';

/** Nodes name agents and tools that are declared. */
export function checkNodeReferences(view: ProjectView): Problem[] {
  const agent = {
    kind: 'workflow',
    what: 'agent',
    names: view.names('agents', ['agents']),
    home: 'agents.yaml',
  } as const;
  const tool = { kind: 'workflow', what: 'tool', names: toolNames(view), home: 'tools.yaml' } as const;
  const nodes = view.manifests.workflow?.workflow.nodes ?? [];
  const problems: Problem[] = [];
  for (const [index, node] of nodes.entries()) {
    const path = ['workflow', 'nodes', index];
    const agentName = 'agent' in node && view.isThere('agents') ? node.agent : undefined;
    const variants = 'agent_variants' in node && view.isThere('agents') ? node.agent_variants : undefined;
    for (const [place, variant] of (variants ?? []).entries()) {
      const at = [...path, 'agent_variants', place, 'agent'];
      problems.push(...checkReference(view, { ...agent, path: at, name: variant.agent }));
    }
    const toolName = 'tool' in node ? node.tool : undefined;
    problems.push(
      ...checkReference(view, { ...agent, path: [...path, 'agent'], name: agentName }),
      ...checkReference(view, { ...tool, path: [...path, 'tool'], name: toolName }),
    );
  }
  return problems;
}
