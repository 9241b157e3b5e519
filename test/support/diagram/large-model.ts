import type { DrawingEdge, DrawingModel, DrawingNode } from '../../../src/diagram/index.ts';

/** A workflow of so many nodes as people would write it: decisions, branches that meet, and failures that lead to one end. */
export function largeModel(size: number): DrawingModel {
  const nodes: DrawingNode[] = [{ id: 'begin', title: 'begin', type: 'transform' }];
  const edges: DrawingEdge[] = [];
  let last = 'begin';
  for (let group = 0; nodes.length < size - 5; group += 1) {
    const [choice, meet] = [`choose_${group}`, `meet_${group}`];
    nodes.push({ id: choice, title: choice, type: 'decision' });
    edges.push({ id: `${last}->${choice}`, from: last, to: choice, kind: 'normal' });
    for (const side of ['left', 'middle', 'right']) {
      const id = `${side}_${group}`;
      nodes.push({ id, title: id, type: 'agent', detail: 'writer · main' });
      edges.push({ id: `${choice}->${id}`, from: choice, to: id, kind: 'conditional', label: `[${side}]` });
      edges.push({ id: `${id}->${meet}`, from: id, to: meet, kind: 'normal' });
      edges.push({ id: `${id}->failed!`, from: id, to: 'failed', kind: 'error', label: '✕ tool' });
    }
    nodes.push({ id: meet, title: meet, type: 'merge', detail: 'takes the first of 3' });
    last = meet;
  }
  nodes.push(
    { id: 'finish', title: 'finish', type: 'end' },
    { id: 'failed', title: 'failed', type: 'end', isFailure: true },
  );
  edges.push({ id: `${last}->finish`, from: last, to: 'finish', kind: 'normal' });
  return { workflow: 'large', view: 'workflow', nodes, edges, entries: ['begin'] };
}
