import { stagesOf, type Shape } from './workload.ts';

/** Vertices of a mesh that stand side by side. */
const meshWidth = 10;

/** A vertex and those that it needs, by number. */
export interface Vertex {
  readonly at: number;
  readonly needs: readonly number[];
}

/**
 * The vertices of a task in layers that run after one another. A mesh begins with one vertex; each one further down needs
 * two of the layer before: the one above it and the next one.
 */
export function layersOf(shape: Shape): readonly (readonly Vertex[])[] {
  const count = stagesOf(shape);
  if (shape.kind === 'chain') {
    return Array.from({ length: count }, (_, at) => [{ at, needs: at === 0 ? [] : [at - 1] }]);
  }
  if (shape.kind === 'fan') {
    const branches = Array.from({ length: shape.size }, (_, index) => ({ at: index + 1, needs: [0] }));
    return [[{ at: 0, needs: [] }], branches, [{ at: count - 1, needs: branches.map(({ at }) => at) }]];
  }
  const layers = Math.ceil((count - 1) / meshWidth);
  return [[{ at: 0, needs: [] }], ...Array.from({ length: layers }, (_, layer) => meshLayer(layer, count))];
}

function meshLayer(layer: number, count: number): Vertex[] {
  const first = layer * meshWidth + 1;
  const above = first - meshWidth;
  const width = Math.min(meshWidth, count - first);
  return Array.from({ length: width }, (_, index) => ({
    at: first + index,
    needs: layer === 0 ? [0] : [above + index, above + ((index + 1) % meshWidth)],
  }));
}
