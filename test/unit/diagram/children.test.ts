import { describe, expect, it } from 'vitest';
import { coverageOverlay, drawingModel } from '../../../src/diagram/index.ts';
import { loadProject } from '../../../src/index.ts';
import { testPaths } from '../../../src/testing/index.ts';
import { configDirectory } from '../../support/config-projects.ts';

async function compiledConfig(name: string) {
  const { compiled } = await loadProject(configDirectory(name));
  if (compiled === undefined) throw new Error(`${name} does not compile.`);
  return compiled;
}

describe('the drawing of a workflow that starts child tasks', () => {
  it('has what they run inside of the node that starts them, with ids of its own', async () => {
    const model = drawingModel(await compiledConfig('examples/orchestrator'));
    const inside = model.nodes.filter(({ parent }) => parent === 'sections').map(({ id, title }) => [id, title]);
    expect(inside).toEqual([
      ['sections/read', 'read'],
      ['sections/take_out', 'take_out'],
      ['sections/section', 'section'],
      ['sections/unread', 'unread'],
    ]);
    expect(model.entries).toEqual(['plan', 'sections/read']);
    expect(model.nodes.find(({ id }) => id === 'sections')?.isOpen).toBe(true);
  });

  it.each([[['sections']], ['all' as const]])('counts what is in a node that is closed by %j', async (collapse) => {
    const model = drawingModel(await compiledConfig('examples/orchestrator'), { collapse });
    const sections = model.nodes.find(({ id }) => id === 'sections');
    expect({ closed: sections?.closed, isOpen: sections?.isOpen }).toEqual({ closed: 4, isOpen: undefined });
    expect(model.nodes.filter(({ parent }) => parent !== undefined)).toEqual([]);
    expect(model.entries).toEqual(['plan']);
  });
});

describe('coverageOverlay', () => {
  it('shows all that the walks of a test cover, also inside of nodes', async () => {
    const compiled = await compiledConfig('examples/orchestrator');
    const { nodes, edges, caption } = coverageOverlay(drawingModel(compiled), testPaths(compiled));
    expect([...nodes].filter(([, { count = 0 }]) => count === 0)).toEqual([]);
    expect([...edges].filter(([, count]) => count === 0)).toEqual([]);
    expect(caption).toBe('covered: 11 of 11 nodes, 13 of 13 edges');
  });

  it('counts walks, and leaves at none what no walk reaches', async () => {
    const compiled = await compiledConfig('examples/orchestrator');
    const walks = [
      { trace: ['plan', 'sections'], live: ['plan->sections'] },
      { trace: ['plan', 'failed'], live: ['plan->failed!'] },
    ];
    const model = drawingModel(compiled, { collapse: 'all' });
    const { nodes, edges } = coverageOverlay(model, { pipelines: [{ pipeline: 'orchestrator', walks }] });
    expect(['plan', 'sections', 'leaflet'].map((id) => nodes.get(id)?.count)).toEqual([2, 1, 0]);
    expect(['plan->sections', 'sections->is_enough'].map((id) => edges.get(id))).toEqual([1, 0]);
  });
});
