import { describe, expect, it } from 'vitest';
import {
  layoutDrawing,
  type DrawingEdge,
  type DrawingModel,
  type Level,
  type LevelLayout,
} from '../../../src/diagram/index.ts';
import { backEdges } from '../../../src/diagram/back-edges.ts';
import { liftEdges } from '../../../src/diagram/lifted-edges.ts';
import { straightened } from '../../../src/diagram/straighten.ts';
import { fitLines, textWidth } from '../../../src/diagram/text-width.ts';
import { largeModel } from '../../support/diagram/large-model.ts';

function edge(from: string, to: string, kind: DrawingEdge['kind'] = 'normal'): DrawingEdge {
  return { id: `${from}->${to}`, from, to, kind };
}

/** A layout that puts nodes below each other, and remembers what it was asked. */
function columnLayout() {
  const asked: Level[] = [];
  const layoutLevel = async (level: Level): Promise<LevelLayout> => {
    asked.push(level);
    let height = 0;
    const nodes = new Map(
      level.nodes.map((node) => {
        const corner = { x: 0, y: height };
        height += node.height + 10;
        return [node.id, corner];
      }),
    );
    const edges = new Map(level.edges.map(({ id }) => [id, { points: [] }]));
    return { nodes, edges, width: Math.max(...level.nodes.map(({ width }) => width)), height };
  };
  return { asked, layoutLevel };
}

describe('layoutDrawing', () => {
  const framed: DrawingModel = {
    workflow: 'framed',
    view: 'workflow',
    nodes: [
      { id: 'a', title: 'a', type: 'tool' },
      { id: 'f', title: 'f', type: 'map', isOpen: true },
      { id: 'f/x', title: 'x', type: 'tool', parent: 'f' },
      { id: 'f/y', title: 'y', type: 'end', parent: 'f' },
    ],
    edges: [edge('a', 'f'), edge('f/x', 'f/y')],
    entries: ['a', 'f/x'],
  };

  it('lays out each frame alone, the inner ones first, and puts what is in them inside', async () => {
    const { asked, layoutLevel } = columnLayout();
    const { nodes } = await layoutDrawing(framed, layoutLevel);
    const drawn = asked.map((level) => level.nodes.filter(({ width }) => width > 11).map(({ id }) => id));
    expect(drawn).toEqual([
      ['f/x', 'f/y'],
      ['a', 'f'],
    ]);
    const boxes = new Map(nodes.map(({ node, box }) => [node.id, box]));
    const [frame, inner] = [boxes.get('f'), boxes.get('f/y')];
    if (frame === undefined || inner === undefined) throw new Error('A node has no place.');
    expect(inner.x).toBeGreaterThan(frame.x);
    expect(inner.y).toBeGreaterThan(frame.y + 42);
    expect(inner.y + inner.height).toBeLessThan(frame.y + frame.height);
  });

  it('gives a node room for all lines that leave it', async () => {
    const { asked, layoutLevel } = columnLayout();
    const targets = Array.from({ length: 12 }, (_, at) => `t${at}`);
    const nodes = ['s', ...targets].map((id) => ({ id, title: id, type: 'tool' as const }));
    await layoutDrawing(
      { workflow: 'w', view: 'workflow', nodes, edges: targets.map((id) => edge('s', id)), entries: [] },
      layoutLevel,
    );
    expect(asked[0]?.nodes[0]?.width).toBeGreaterThanOrEqual(12 * 24);
  });

  it('keeps the handler of many failures below the last node that leads to it', async () => {
    const { asked, layoutLevel } = columnLayout();
    await layoutDrawing(largeModel(12), layoutLevel);
    const hidden = asked[0]?.edges.filter(({ to }) => to === 'failed');
    expect(hidden?.map(({ from }) => from)).toEqual(['right_1']);
  });
});

function pointsAt(...places: readonly (readonly [number, number])[]) {
  return places.map(([x, y]) => ({ x, y }));
}

describe('straightened', () => {
  it('takes out a small jog at either end, and leaves turns that lead somewhere', () => {
    expect(straightened(pointsAt([10, 0], [10, 20], [15, 20], [15, 40]))).toEqual(pointsAt([15, 0], [15, 40]));
    const [long, turned] = [pointsAt([10, 0], [10, 20], [60, 20], [60, 40]), pointsAt([10, 0], [10, 40])];
    expect([straightened(long), straightened(turned)]).toEqual([long, turned]);
    const jog = pointsAt([10, 0], [10, 20], [15, 20], [15, 40]);
    const label = { x: 0, y: 5, width: 20, height: 10 };
    expect(straightened(jog, label)).toEqual(pointsAt([10, 0], [10, 40])); // the label is not left behind
    expect(straightened(jog, { ...label, y: 25 })).toEqual(pointsAt([15, 0], [15, 40]));
    const both = pointsAt([0, 0], [0, 5], [4, 5], [4, 20], [90, 20], [90, 30], [84, 30], [84, 40]);
    expect(straightened(both)).toEqual(pointsAt([4, 0], [4, 20], [90, 20], [90, 40]));
  });
});

describe('backEdges', () => {
  it('turns the edge to the earlier node of a loop, and nothing where there is none', () => {
    const order = ['a', 'b', 'c'];
    expect([...backEdges(order, [edge('a', 'b'), edge('c', 'a'), edge('b', 'c')])]).toEqual(['c->a']);
    expect([...backEdges(order, [edge('c', 'a'), edge('c', 'b')])]).toEqual([]);
  });

  it('turns a failure edge rather than an ordinary one', () => {
    expect([...backEdges(['a', 'b'], [edge('a', 'b', 'error'), edge('b', 'a')])]).toEqual(['a->b']);
  });

  it('leaves no loop, whatever the edges', () => {
    const ids = ['a', 'b', 'c', 'd'];
    const edges = ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => edge(from, to)));
    const back = backEdges(ids, edges);
    const turned = edges.map(({ id, from, to }) => (back.has(id) ? [to, from] : [from, to]));
    expect(turned.every(([from = '', to = '']) => ids.indexOf(from) < ids.indexOf(to))).toBe(true);
  });
});

describe('liftEdges', () => {
  it('ends edges between the insides of frames at the frames, one of each kind', () => {
    const nodes = [
      { id: 'f', title: 'f', type: 'state' as const, isOpen: true as const },
      { id: 'x', title: 'x', type: 'state' as const, parent: 'f' },
      { id: 'y', title: 'y', type: 'state' as const, parent: 'f' },
      { id: 'z', title: 'z', type: 'state' as const },
    ];
    const edges = [
      { ...edge('x', 'z'), label: 'one' },
      { ...edge('y', 'z'), label: 'two' },
      edge('y', 'z', 'after'),
      edge('x', 'y'),
      edge('x', 'f'),
    ];
    const lifted = liftEdges({ workflow: 'w', view: 'statechart', nodes, edges, entries: [] }, new Set());
    expect(lifted.map(({ from, to, kind, label, level }) => ({ from, to, kind, label, level }))).toEqual([
      { from: 'f', to: 'z', kind: 'normal', label: 'one, two', level: undefined },
      { from: 'f', to: 'z', kind: 'after', label: undefined, level: undefined },
      { from: 'x', to: 'y', kind: 'normal', label: undefined, level: 'f' },
    ]);
  });
});

describe('fitLines', () => {
  const limits = { size: 13, width: 130, lines: 2 } as const;

  it('breaks a name between its words and takes out its middle where two lines are too few', () => {
    expect(fitLines('short', limits)).toEqual(['short']);
    expect(fitLines('gather_requirements_first', limits)).toEqual(['gather_', 'requirements_first']);
    expect(fitLines('review_of_style_and_words', limits)).toEqual(['review_of_style_', 'and_words']);
    const long = fitLines(`the_beginning_${'x'.repeat(80)}_the_end`, limits);
    expect(long.join('')).toMatch(/^the_beginning_.*….*the_end$/u);
  });

  it.each(['emoji 👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 'ひらがな'.repeat(20), 'm'.repeat(99), 'مرحبا '.repeat(30)])(
    'keeps "%s" within its width and no letter cut in two',
    (text) => {
      const lines = fitLines(text, limits);
      expect(lines.map((line) => textWidth(line, 13) <= 131)).toEqual(lines.map(() => true));
      expect(lines.join('')).not.toMatch(/\u200D(?:…|$)|^\u200D/u);
    },
  );
});
