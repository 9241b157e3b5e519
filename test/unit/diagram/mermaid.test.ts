import { describe, expect, it } from 'vitest';
import { toMermaid, type DrawingEdge, type DrawingModel, type DrawingNode } from '../../../src/diagram/index.ts';

function model(nodes: readonly DrawingNode[], edges: readonly DrawingEdge[] = []): DrawingModel {
  return { workflow: 'sample', view: 'workflow', nodes, edges, entries: nodes.slice(0, 1).map(({ id }) => id) };
}

function agent(id: string, detail?: string): DrawingNode {
  return { id, title: id, type: 'agent', ...(detail !== undefined && { detail }) };
}

/** The line of a node that has this second line. */
function lineOf(detail: string): string | undefined {
  return toMermaid(model([agent('one', detail)])).split('\n')[1];
}

describe('toMermaid', () => {
  it('gives each type of node a shape of its own and a failing end a cross', () => {
    const nodes: DrawingNode[] = [
      { id: 'ask', title: 'ask', type: 'agent', detail: 'writer · small' },
      { id: 'test', title: 'test', type: 'tool', detail: 'run_tests' },
      { id: 'shape', title: 'shape', type: 'transform', detail: 'pure mapping' },
      { id: 'choose', title: 'choose', type: 'decision' },
      { id: 'join', title: 'join', type: 'merge', detail: 'waits for 2' },
      { id: 'good', title: 'good', type: 'end', detail: 'success' },
      { id: 'bad', title: 'bad', type: 'end', detail: 'failure', isFailure: true },
    ];
    expect(toMermaid(model(nodes))).toBe(`flowchart TB
  n_ask("ask<br/>writer · small")
  n_test["test<br/>run_tests"]
  n_shape[/"shape<br/>pure mapping"/]
  n_choose{"choose"}
  n_join[\\"join<br/>waits for 2"/]
  n_good(["good<br/>success"])
  n_bad(["✕ bad<br/>failure"])
  entry_1((" "))
  entry_1 --> n_ask
`);
  });

  it('draws error and fallback edges dashed and styles them by their place among all edges', () => {
    const edge = { from: 'a', to: 'b' };
    const edges: DrawingEdge[] = [
      { ...edge, id: '1', kind: 'normal' },
      { ...edge, id: '2', kind: 'error', label: '✕ tool' },
      { ...edge, id: '3', kind: 'conditional', label: '[yes]' },
      { ...edge, id: '4', kind: 'fallback', label: '↪' },
      { ...edge, id: '5', kind: 'error', label: '✕' },
    ];
    const lines = toMermaid(model([agent('a'), agent('b')], edges)).split('\n');
    expect(lines.slice(4)).toEqual([
      '  n_a --> n_b',
      '  n_a -.->|"✕ tool"| n_b',
      '  n_a -->|"#91;yes#93;"| n_b',
      '  n_a -.->|"↪"| n_b',
      '  n_a -.->|"✕"| n_b',
      '  entry_1 --> n_a',
      '  linkStyle 1,4 stroke:#8F1F08,color:#8F1F08,stroke-dasharray:7 4',
      '  linkStyle 3 stroke:#7B3F92,color:#7B3F92,stroke-width:2px,stroke-dasharray:2 3.5',
      '',
    ]);
  });

  it('keeps ids apart that would be words or arrows of Mermaid', () => {
    const lines = toMermaid(model(['end', 'a-b', 'a_b', 'a--b', 'f~~a-b'].map((id) => agent(id)))).split('\n');
    expect(lines.slice(1, 6)).toEqual([
      '  n_end("end")',
      '  n_a_b("a-b")',
      '  n_a_b__2("a_b")',
      '  n_a__b("a--b")',
      '  n_f__a_b("f~~a-b")',
    ]);
  });

  it.each([
    ['say "hi"', 'say #34;hi#34;'],
    ['a # b; c', 'a #35; b#59; c'],
    ['#quot; &amp;', '#35;quot#59; #38;amp#59;'],
    ['a || b', 'a #124;#124; b'],
    ['[x] {y} (z)', '#91;x#93; #123;y#125; #40;z#41;'],
    ['<img src=x>', '#60;img src=x#62;'],
    ['two\r\nlines\tand\u2028more', 'two lines and more'],
    ['%%{init: {}}%%', '#37;#37;#123;init#58; #123;#125;#125;#37;#37;'],
    ['`code` \\', '#96;code#96; #92;'],
    ['👩‍👩‍👧 é 🇩🇪', '👩‍👩‍👧 é 🇩🇪'],
    ['left \u202Ethgir', 'left  thgir'],
    ['half \uD83D', 'half \uFFFD'],
  ])('shows %j as it is', (detail, written) => {
    expect(lineOf(detail)).toBe(`  n_one("one<br/>${written}")`);
  });

  it('leaves the middle out of a long text and cuts no emoji', () => {
    expect(lineOf(`${'a'.repeat(40)}${'👩‍👩‍👧'.repeat(40)}`)).toBe(
      `  n_one("one<br/>${'a'.repeat(30)}…${'👩‍👩‍👧'.repeat(29)}")`,
    );
  });

  it('writes an edge with an empty label as one without', () => {
    const edges: DrawingEdge[] = [{ id: '1', from: 'a', to: 'b', kind: 'conditional', label: ' ' }];
    expect(toMermaid(model([agent('a'), agent('b')], edges)).split('\n')[4]).toBe('  n_a --> n_b');
  });
});
