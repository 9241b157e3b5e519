import type { Problem } from '../../errors/index.ts';
import { createFaultCollector, type FaultCollector, type Place } from '../compile/fault-collector.ts';
import { variablesIn, type Frame } from '../compile/scope-names.ts';
import type { ScopeNames, ScopeVariable } from '../expressions/index.ts';
import { compileNode } from '../roles/index.ts';
import type { ProjectView } from './project-view.ts';
import { draftNode } from './runnable.ts';

/** Expressions parse and name stages of the workflow. Which of them come before is not asked while the graph is broken. */
export function checkExpressions(view: ProjectView): Problem[] {
  const { unit } = view;
  const faults = createFaultCollector(({ path }) => ({ file: unit.file, path: unit.toFile(path) }));
  const frames: readonly (Frame | undefined)[] = unit.name === '' ? [undefined] : view.units.framesOf(unit);
  for (const frame of frames) checkInFrame(view, faults, variablesIn(frame));
  return [...faults.problems];
}

function checkInFrame(view: ProjectView, faults: FaultCollector, variables: readonly ScopeVariable[]): void {
  const { graph, nodeIds } = view;
  const scope = (more: readonly ScopeVariable[] = []): ScopeNames => ({
    variables: [...variables, ...more],
    stages: nodeIds.finder.names,
    hasStage: (name) => nodeIds.has(name),
  });
  for (const { spec, index } of graph.nodes) {
    compileNode(draftNode(spec), {
      outbound: [],
      mapping: (value, path, more) => faults.mapping(value, scope(more), placeOf('nodes', index, ...path)),
      expression(source, path, more) {
        faults.condition(source, scope(more), placeOf('nodes', index, ...path));
        return undefined;
      },
      needsWayFrom: () => undefined,
      edgeExpression: () => undefined,
    });
  }
  for (const { spec, index } of graph.edges) {
    if (spec.when !== undefined) faults.condition(spec.when, scope(), placeOf('edges', index, 'when'));
  }
}

function placeOf(...path: (string | number)[]): Place {
  return { kind: 'workflow', path: ['workflow', ...path] };
}
