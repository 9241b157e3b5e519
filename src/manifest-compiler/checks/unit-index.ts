import { bodyName, isChildNode, type ChildKind, type WorkflowUnit } from '../read/index.ts';

/** The workflows of a project, to be looked up by name. */
export interface UnitIndex {
  byName(name: string): WorkflowUnit | undefined;
  /** Types of the nodes that run a workflow, each once. */
  framesOf(unit: WorkflowUnit): readonly ChildKind[];
}

export function indexUnits(units: readonly WorkflowUnit[]): UnitIndex {
  const byName = new Map(units.map((unit) => [unit.name, unit]));
  const frames = new Map<string, Set<ChildKind>>();
  for (const unit of units) {
    for (const node of unit.workflow?.nodes ?? []) {
      const name = isChildNode(node) ? bodyName(node, unit) : undefined;
      if (name === undefined || !isChildNode(node)) continue;
      const found = frames.get(name) ?? new Set();
      frames.set(name, found.add(node.type));
    }
  }
  return {
    byName: (name) => byName.get(name),
    framesOf: ({ name }) => [...(frames.get(name) ?? [])],
  };
}
