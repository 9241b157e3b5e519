import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strongComponents } from '../../../../src/manifest-compiler/checks/strong-components.ts';
import { buildGraph } from '../../../../src/manifest-compiler/checks/workflow-graph.ts';
import type { EdgeSpec } from '../../../../src/manifest/index.ts';
import { propertySettings } from '../../../support/property-settings.ts';
import { checkTexts } from '../../../support/sample-project.ts';
import { decision, drawWorkflow, end, merge } from '../../../support/workflow-drawing.ts';

type Drawing = Parameters<typeof drawWorkflow>[0];

/** What is said of a workflow with these codes: place and message. */
function said(drawing: Drawing, ...codes: readonly string[]): readonly string[] {
  const manifests = {
    workflow: { workflow: drawWorkflow(drawing) },
    agents: { agents: { worker: { prompt: 'Work.' }, judge: { prompt: 'Judge.' } } },
    tools: { tools: { classify: { type: 'registered' } } },
  };
  const texts = new Map(Object.entries(manifests).map(([kind, value]) => [`${kind}.json`, JSON.stringify(value)]));
  return checkTexts(texts)
    .problems.filter(({ code }) => codes.includes(code))
    .map(({ path, message }) => `${path.slice(1).join('.')}: ${message}`);
}

describe('loops', () => {
  it('are named by the shortest way around from the node that the file names first, with the number of other nodes', () => {
    expect(said({ edges: 'a -> b\nb -> c\nc -> a\nb -> a' }, 'MANIFEST_CYCLE')).toEqual([
      'edges.3: The edges form a loop: a → b → a; 1 more node is part of it.',
    ]);
    expect(said({ edges: 's -> c\na -> b\nb -> c\nc -> d\nd -> a\nb -> a' }, 'MANIFEST_CYCLE')).toEqual([
      'edges.2: The edges form a loop: c → d → a → b → c.',
    ]);
    expect(said({ edges: 'a -> b\nb -> c\nc -> d\nd -> a\nb -> a' }, 'MANIFEST_CYCLE')).toEqual([
      'edges.4: The edges form a loop: a → b → a; 2 more nodes are part of it.',
    ]);
  });

  it('are told apart when one leads to the other', () => {
    const edges = 'a -> b\nb -> a\nc -> d\nd -> c\nc -> a\nd -> b';
    expect(said({ edges }, 'MANIFEST_CYCLE')).toEqual([
      'edges.1: The edges form a loop: a → b → a.',
      'edges.3: The edges form a loop: c → d → c.',
    ]);
  });
});

describe('groups of nodes that all lead to each other', () => {
  const size = 7;
  const arrows = fc.array(fc.record({ from: fc.nat(size - 1), to: fc.nat(size - 1) }), { maxLength: 16 });

  it('are what following every edge says, on any graph', () => {
    fc.assert(
      fc.property(arrows, (drawn) => {
        const edges: EdgeSpec[] = drawn.map(({ from, to }) => ({ from: `n${from}`, to: `n${to}` }));
        const nodes = Array.from({ length: size }, (_, index) => ({
          id: `n${index}`,
          type: 'transform' as const,
          output: null,
        }));
        const found = strongComponents(buildGraph({ id: 'x', nodes, edges }).nodes);
        const groups = found.map((group) =>
          group
            .map(({ id }) => id)
            .toSorted()
            .join(' '),
        );
        const reaches = (from: string): Set<string> => {
          const seen = new Set([from]);
          for (const at of seen) for (const edge of edges) if (edge.from === at) seen.add(edge.to);
          return seen;
        };
        const wanted = nodes.map(({ id }) =>
          nodes
            .filter((other) => reaches(id).has(other.id) && reaches(other.id).has(id))
            .map((other) => other.id)
            .join(' '),
        );
        expect(groups.toSorted()).toEqual([...new Set(wanted)].toSorted());
      }),
      propertySettings(1_000),
    );
  });
});

const merges = (drawing: Drawing) => said(drawing, 'MANIFEST_MERGE_EDGES', 'MANIFEST_QUORUM_INVALID');
const quorum = (wanted: number, edges: string) =>
  merges({ nodes: { m: { ...merge, join: 'quorum', quorum: wanted } }, edges });

describe('merges', () => {
  it('need two inbound edges', () => {
    expect(merges({ nodes: { m: merge }, edges: 'a -> m\nm -> z' })).toEqual([
      'nodes.1: Only one edge leads to the merge "m", and it needs at least two.',
    ]);
    expect(merges({ nodes: { m: merge }, edges: 'm -> z' })).toEqual([
      'nodes.0: No edge leads to the merge "m", and it needs at least two.',
    ]);
  });

  it('may go on along one normal edge and any number of handlers', () => {
    const edges = 'a -> b\na -> c\nb -> m\nc -> m\nm -error tool-> x\nm -> z\nm -fallback-> y';
    expect(merges({ nodes: { m: merge }, edges })).toEqual([]);
    expect(merges({ nodes: { m: merge }, edges: `${edges}\nm -> w` })).toEqual([
      'edges.7: The merge "m" has a second normal edge, and can only have one.',
    ]);
  });

  it('may want as many branches as there are, and no more; with too few edges that alone is said', () => {
    expect(quorum(2, 'a -> b\na -> c\nb -> m\nc -> m')).toEqual([]);
    expect(quorum(3, 'a -> b\na -> c\nb -> m\nc -> m')).toEqual([
      'nodes.3.quorum: The merge "m" needs a quorum of 3, and only 2 edges lead to it.',
    ]);
    expect(quorum(3, 'a -> m')).toEqual(['nodes.1: Only one edge leads to the merge "m", and it needs at least two.']);
  });
});

describe('decisions', () => {
  const ways = 'd -x-> a\nd -y-> b\nd -> c';
  const faults = (node: NonNullable<Drawing['nodes']>[string], edges = ways) =>
    said({ nodes: { d: node }, edges }, 'MANIFEST_VALUE_INVALID', 'MANIFEST_CONDITION_DUPLICATE');

  it('give a tool arguments, and an agent input', () => {
    const byTool = { type: 'decision', tool: 'classify' } as const;
    expect(faults({ ...byTool, arguments: {} })).toEqual([]);
    expect(faults({ ...byTool, input: {} })).toEqual(['nodes.0.input: A tool is given arguments, and no input.']);
    expect(faults({ ...decision, input: {} })).toEqual([]);
    expect(faults({ ...decision, arguments: {} })).toEqual([
      'nodes.0.arguments: Arguments are for a tool, and the decision has none.',
    ]);
  });

  it('may lead to one node twice for the same reason, but not to two', () => {
    expect(faults(decision, 'd -x-> a\nd -y-> b\nd -x-> a')).toEqual([]);
    expect(faults(decision, 'd -x-> a\nd -y-> b\nd -x-> b')).toEqual([
      'edges.2.condition: The decision "d" has an edge with the condition "x" before this one.',
    ]);
  });
});

describe('categories of failures on an edge', () => {
  it('belong to error and fallback edges', () => {
    const edges = 'a -error tool-> b\na -fallback timeout-> c';
    expect(said({ nodes: { b: end, c: end }, edges }, 'MANIFEST_VALUE_INVALID')).toEqual([]);
  });
});
