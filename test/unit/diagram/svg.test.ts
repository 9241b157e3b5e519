import { describe, expect, it } from 'vitest';
import {
  diagramStyle,
  layoutDrawing,
  loadElkLayout,
  toSvg,
  type DrawingEdge,
  type Overlay,
  type StageState,
} from '../../../src/diagram/index.ts';
import { oddModel } from '../../support/diagram/drawn-samples.ts';
import { largeModel } from '../../support/diagram/large-model.ts';
import { drawConfigs } from '../../support/draw-configs.ts';
import { readXml, type XmlElement } from '../../support/read-xml.ts';

const layoutLevel = await loadElkLayout();

function all(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(all)];
}

function names(svg: string): ReadonlySet<string> {
  return new Set(all(readXml(svg)).map(({ name }) => name));
}

function way(from: string, to: string): DrawingEdge {
  return { id: `${from}->${to}`, from, to, kind: 'normal' };
}

describe('toSvg', () => {
  it('draws pictures for pages with classes alone: no style, script, handler or address', async () => {
    const svg = toSvg(await layoutDrawing(oddModel, layoutLevel));
    const elements = all(readXml(svg));
    const attributes = new Set(elements.flatMap(({ attributes: each }) => Object.keys(each)));
    expect(
      [...attributes].filter((name) => name === 'style' || name.includes('href') || name.startsWith('on')),
    ).toEqual([]);
    const known = new Set(['svg', 'title', 'desc', 'g', 'rect', 'path', 'circle', 'text']);
    expect([...names(svg)].filter((name) => !known.has(name))).toEqual([]);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|javascript:|data:/u);
  });

  it('draws files with their style inside, and nothing from elsewhere', async () => {
    const files = [...(await drawConfigs())].filter(([name]) => name.endsWith('.svg'));
    const found = files.map(([name, text]) => {
      const elements = names(text);
      const addresses = text.replace('http://www.w3.org/2000/svg', '').match(/https?:|url\(|@import|href/u);
      return { name, addresses, hasScript: elements.has('script'), hasStyle: elements.has('style') };
    });
    expect(found).toEqual(files.map(([name]) => ({ name, addresses: null, hasScript: false, hasStyle: true })));
  });

  it('keeps any name within its box, and the whole of it in the title', async () => {
    const picture = await layoutDrawing(oddModel, layoutLevel);
    const leaves = picture.nodes.filter(({ node }) => node.isOpen !== true);
    const emoji = leaves.find(({ node }) => node.title.includes('emoji'));
    expect(leaves.filter(({ box }) => box.width > 320 || box.height > 80)).toEqual([]);
    expect(emoji?.figure.title.join(' ')).toContain('🧑‍🚀 emoji');
    const titles = all(readXml(toSvg(picture))).filter(({ name }) => name === 'title');
    expect(titles.some(({ text }) => text.includes('very_long_name_'.repeat(20)))).toBe(true);
  });

  it('leads a long way straight down past the ends beside it', async () => {
    const places = Array.from({ length: 9 }, (_, at) => at);
    const nodes = places.flatMap((at) => [
      { id: `choose_${at}`, title: `choose_${at}`, type: 'decision' as const },
      { id: `end_${at}`, title: `end_${at}`, type: 'end' as const },
      { id: `next_${at}`, title: `next_${at}`, type: 'agent' as const },
    ]);
    const edges = places.flatMap((at): DrawingEdge[] => [
      { ...way(`choose_${at}`, `end_${at}`), kind: 'conditional', label: '[output.score > 3]' },
      way(`choose_${at}`, `next_${at}`),
    ]);
    edges.push(...places.slice(1).map((at) => way(`next_${at - 1}`, `choose_${at}`)));
    const model = { workflow: 'long', view: 'workflow' as const, nodes, edges, entries: ['choose_0'] };
    const { width } = await layoutDrawing(model, layoutLevel);
    expect(width).toBeLessThan(600);
  });

  it('says in words what is there', async () => {
    const picture = await layoutDrawing(largeModel(12), layoutLevel);
    const words = all(readXml(toSvg(picture))).filter(({ name }) => name === 'title' || name === 'desc');
    expect(words.slice(0, 2).map(({ text }) => text)).toEqual([
      'large',
      '13 nodes (1 transform, 2 decision, 6 agent, 2 merge, 2 end), 21 edges.',
    ]);
  });

  it('shows the state of each node as an attribute, with a badge that is not its color alone', async () => {
    const states: readonly StageState[] = ['finished', 'failed', 'running', 'skipped'];
    const model = largeModel(8);
    const picture = await layoutDrawing(model, layoutLevel);
    const overlay: Overlay = {
      kind: 'task',
      caption: 'task 1',
      nodes: new Map(model.nodes.map(({ id }, at) => [id, { state: states[at] ?? 'idle' }] as const)),
      edges: new Map([['begin->choose_0', 3]]),
    };
    const elements = all(readXml(toSvg(picture, { overlay })));
    const drawn = elements.filter(({ attributes }) => attributes['data-node'] !== undefined);
    const shown = drawn.map(({ attributes, children }) => [
      attributes['data-state'],
      children.some((child) => child.attributes['class'] === 'badge'),
    ]);
    expect(shown.slice(0, 5)).toEqual([
      ['finished', true],
      ['failed', true],
      ['running', true],
      ['skipped', true],
      ['idle', false],
    ]);
    const taken = elements.find(({ attributes }) => attributes['data-edge'] === 'begin->choose_0');
    expect(taken?.attributes['class']).toBe('edge normal taken');
    expect(taken?.children.map(({ text }) => text)).toContain('×3');
  });

  it('writes failures of many nodes below them, and at their handler how many they are', async () => {
    const picture = await layoutDrawing(largeModel(12), layoutLevel);
    const pills = new Map(picture.nodes.map(({ node, figure }) => [node.id, figure.pills.map(({ text }) => text)]));
    expect(pills.get('left_0')).toEqual(['✕ tool → failed']);
    expect(picture.nodes.find(({ node }) => node.id === 'failed')?.figure.enteredFrom?.text).toBe('✕ from 6 places');
    expect(picture.edges.some(({ edge }) => edge.kind === 'error')).toBe(false);
  });

  it('lays out and draws 1,000 nodes, the same each time', async () => {
    const model = largeModel(1_000);
    const [first, second] = [await layoutDrawing(model, layoutLevel), await layoutDrawing(model, layoutLevel)];
    expect(first.nodes).toHaveLength(model.nodes.length);
    expect(toSvg(second, { theme: 'dark' })).toBe(toSvg(first, { theme: 'dark' }));
  }, 60_000);
});

describe('diagramStyle', () => {
  it('begins every rule with the class of drawings, and needs nothing from elsewhere', () => {
    const style = diagramStyle('light');
    const selectors = [...style.matchAll(/^([^@{\n]+)\{/gmu)].flatMap(([, found = '']) => found.split(','));
    expect(selectors.filter((selector) => !selector.startsWith('.agent-engine-diagram'))).toEqual([]);
    expect(style).not.toMatch(/url\(|@import/u);
  });
});
