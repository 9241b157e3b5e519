import type { DrawingModel } from './model.ts';
import type { NodeMark, Overlay } from './overlay.ts';

/** What walks through the pipelines of a project touched, by ids of nodes and edges; as `paths --test` reports it. */
export interface CoverageReport {
  readonly pipelines: readonly {
    readonly pipeline: string;
    readonly walks: readonly { readonly trace: readonly string[]; readonly live: readonly string[] }[];
  }[];
}

/** What a test of paths covers, over the drawing of the workflow. What child tasks run is reported as a pipeline, too. */
export function coverageOverlay(model: DrawingModel, report: CoverageReport): Overlay {
  const counts = new Map<string, number>();
  const add = (id: string): void => void counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const { pipeline, walks } of report.pipelines) {
    const touched = walks.flatMap(({ trace, live }) => trace.concat(live));
    for (const prefix of prefixesOf(model, pipeline)) for (const id of touched) add(prefix + id);
  }
  const nodes = new Map<string, NodeMark>(model.nodes.map(({ id }) => [id, { count: counts.get(id) ?? 0 }]));
  const edges = new Map(model.edges.map(({ id }) => [id, counts.get(id) ?? 0]));
  return { kind: 'coverage', caption: captionOf({ nodes, edges }), nodes, edges };
}

/** Below which nodes the drawing has the nodes of a pipeline. */
function prefixesOf({ nodes }: DrawingModel, pipeline: string): readonly string[] {
  const bodies = nodes.filter(({ body, isOpen }) => body === pipeline && isOpen === true);
  const isBody = nodes.some(({ body }) => body === pipeline);
  return isBody ? bodies.map(({ id }) => `${id}/`) : [''];
}

function captionOf({ nodes, edges }: Pick<Overlay, 'nodes' | 'edges'>): string {
  const ran = [...nodes.values()].filter(({ count = 0 }) => count > 0).length;
  const taken = [...edges.values()].filter((count) => count > 0).length;
  return `covered: ${ran} of ${nodes.size} nodes, ${taken} of ${edges.size} edges`;
}
