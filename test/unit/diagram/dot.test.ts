import { instance } from '@viz-js/viz';
import { describe, expect, it } from 'vitest';
import { drawingModel, toDot, toMermaid } from '../../../src/diagram/index.ts';
import { loadProject } from '../../../src/index.ts';
import { configDirectory, configNames } from '../../support/config-projects.ts';
import { drawnSamples, oddModel } from '../../support/diagram/drawn-samples.ts';

const viz = await instance();

function read(dot: string) {
  const { status, output, errors } = viz.renderFormats(dot, ['svg', 'plain']);
  // Warnings are about fonts that it does not have.
  return {
    status,
    errors: errors.filter(({ level }) => level === 'error'),
    svg: output?.['svg'] ?? '',
    plain: output?.['plain'] ?? '',
  };
}

describe('toDot', () => {
  it.each(configNames())('writes a graph of %s that Graphviz draws', async (name) => {
    const { compiled } = await loadProject(configDirectory(name));
    if (compiled === undefined) throw new Error(`${name} does not compile.`);
    const { status, errors, plain } = read(toDot(drawingModel(compiled)));
    expect({ status, errors }).toEqual({ status: 'success', errors: [] });
    expect(plain).toMatch(/^node /mu);
  });

  it.each(Object.entries(drawnSamples))('writes a graph of the sample "%s" that Graphviz draws', (_, model) => {
    const { status, errors, svg } = read(toDot(model));
    expect({ status, errors }).toEqual({ status: 'success', errors: [] });
    const leaves = model.nodes.filter(({ isOpen }) => isOpen !== true).length + model.entries.length;
    expect(svg.match(/class="node"/gu)).toHaveLength(leaves);
    expect(svg.match(/class="edge"/gu)).toHaveLength(model.edges.length + model.entries.length);
  });

  it('shows quotes, brackets and ampersands as they are', () => {
    const { svg } = read(toDot(oddModel));
    expect(svg).toContain('&#45;&#45;&gt; end');
    expect(svg).toContain('each &amp; every &lt;one&gt;');
  });

  it('cleans and shortens a title as Mermaid drawings do', () => {
    const title = `${'long '.repeat(9)}\uFFFE\u202E${'👩‍🚀'.repeat(20)} ${'end '.repeat(9)}`;
    const nodes = [{ id: 'a', title, type: 'tool' as const }];
    const model = { workflow: 'w', view: 'workflow' as const, nodes, edges: [], entries: [] };
    const short = `${'long '.repeat(6).trim()}…d${' end'.repeat(7)}`;
    const drawings = [toDot(model), toMermaid(model)];
    expect(drawings.map((drawing) => /long [^"]+/u.exec(drawing)?.[0])).toEqual([short, short]);
    const odd = { ...model, nodes: [{ id: 'a', title: 'a\uFFFEb', type: 'tool' as const }] };
    for (const drawing of [toDot(odd), toMermaid(odd)]) expect(drawing).toContain('"a b"');
  });

  it('draws frames as clusters, and edges up to their borders', () => {
    const dot = toDot(oddModel);
    expect(dot).toContain('subgraph "cluster_0" {');
    expect(dot).toMatch(/lhead="cluster_0"/u);
    expect(read(dot).svg).toContain('class="cluster"');
  });

  it('draws edges as pictures do: dashed for failures, dotted for fallbacks', () => {
    const ends = { from: 'a', to: 'b' };
    const dot = toDot({
      workflow: 'kinds',
      view: 'workflow',
      nodes: ['a', 'b'].map((id) => ({ id, title: id, type: 'tool' })),
      edges: [
        { id: '1', ...ends, kind: 'error', label: '✕' },
        { id: '2', ...ends, kind: 'fallback' },
      ],
      entries: [],
    });
    const styles = [...dot.matchAll(/style=(\w+), (?:penwidth|color)/gu)].map(([, style]) => style);
    expect(styles).toEqual(['dashed', 'dotted']);
  });
});
