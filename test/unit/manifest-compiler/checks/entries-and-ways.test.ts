import { describe, expect, it } from 'vitest';
import { foundProblems } from '../../../support/found-problems.ts';
import { drawWorkflow, end, merge } from '../../../support/workflow-drawing.ts';

type Drawing = Parameters<typeof drawWorkflow>[0];

const startCodes = ['MANIFEST_ENTRY_AMBIGUOUS', 'MANIFEST_ENTRY_MISSING', 'MANIFEST_NODE_UNREACHABLE'] as const;

function starts(drawing: Drawing, pipelines: object = {}): readonly string[] {
  const manifests = { workflow: { workflow: drawWorkflow(drawing) }, pipelines };
  return foundProblems(manifests, startCodes).map((text) => text.replace('workflow.json workflow.', ''));
}

describe('where a workflow begins', () => {
  const twoRoots = { edges: 'b -> a\nc -> a' };
  const ambiguous = ['nodes.0.id: Several nodes could be the first one: "b", "c".'];

  it('is asked at the first of the nodes that it could be', () => {
    expect(starts(twoRoots)).toEqual(ambiguous);
    expect(starts({ nodes: { z: end }, edges: 'a -error-> a\nb -> z\nc -> z' })).toEqual([
      'nodes.1.id: Several nodes could be the first one: "b", "c".',
    ]);
  });

  it('is not asked while pipelines or fallbacks cannot be read, or name what is not there', () => {
    expect(starts(twoRoots, { pipelines: { p: { entry: 5 } } })).toEqual([]);
    expect(starts(twoRoots, { fallbacks: [{ to: 5 }] })).toEqual([]);
    expect(starts(twoRoots, { pipelines: { p: { entry: 'x', ends: ['a'] } } })).toEqual([]);
    expect(starts(twoRoots, { fallbacks: [{ to: 'x' }] })).toEqual([]);
    expect(starts(twoRoots, { pipeline_templates: 5 })).toEqual(ambiguous);
    expect(starts(twoRoots, { fallbacks: [] })).toEqual(ambiguous);
  });

  it('is said by the entries of pipelines, from which everything has to be reached', () => {
    const pipelines = { one: { entry: 'b', ends: ['a'] }, other: { entry: 'c', ends: ['a'] } };
    expect(starts(twoRoots, { pipelines })).toEqual([]);
    expect(starts(twoRoots, { pipelines: { one: pipelines.one } })).toEqual([
      'nodes.2.id: No way leads from the entry to "c".',
    ]);
  });

  it('is no node that only takes over after failures, and such a node is reached', () => {
    const spare = { fallbacks: [{ stage: 'a', to: 'spare' }] };
    expect(starts({ nodes: { spare: end }, edges: 'a -> b' }, spare)).toEqual([]);
    expect(starts({ nodes: { spare: end }, edges: 'spare -> spare' }, spare)).toEqual([]);
    expect(starts({ edges: 'spare -> b' }, { fallbacks: [{ stage: 'b', to: 'spare' }] })).toEqual([
      'nodes.0.id: No node can be the first one: "spare" takes over after failures.',
    ]);
  });

  it('need not lead to a merge without edges, of which that is said', () => {
    expect(starts({ nodes: { m: merge }, edges: 'a -> b' })).toEqual([]);
    expect(starts({ nodes: { z: end }, edges: 'a -> b' })).toEqual(['nodes.2.id: No way leads from the entry to "z".']);
  });
});

const endFaults = (node: Extract<NonNullable<Drawing['nodes']>[string], { type: 'end' }>) =>
  foundProblems({ workflow: { workflow: drawWorkflow({ nodes: { z: node }, edges: 'a -> z' }) } }, [
    'MANIFEST_VALUE_INVALID',
  ]);

describe('an end', () => {
  it('may say that it is a success, unless it always fails', () => {
    expect(endFaults({ ...end, status: 'success' })).toEqual([]);
    expect(endFaults({ ...end, status: 'failure', always_fail: true })).toEqual([]);
    expect(endFaults({ ...end, status: 'success', always_fail: true })).toEqual([
      'workflow.json workflow.nodes.1.status: The end always fails and has the status "success".',
    ]);
  });
});

describe('a pipeline', () => {
  const codes = ['MANIFEST_PIPELINE_INVALID', 'MANIFEST_REFERENCE_UNKNOWN'] as const;
  const found = (edges: string, ends: readonly string[]) =>
    foundProblems(
      { workflow: { workflow: drawWorkflow({ edges }) }, pipelines: { pipelines: { p: { entry: 'a', ends } } } },
      codes,
    );

  it('ends where a way leads, which is not asked of ends that are not there', () => {
    expect(found('a -> b\nc -> b', ['b', 'c', 'x'])).toEqual([
      'pipelines.json pipelines.p.ends.1: No way leads from "a" to "c", so the pipeline "p" cannot end there.',
      'pipelines.json pipelines.p.ends.2: "x" is no node of the workflow.',
    ]);
  });

  it('may end anywhere while edges lead nowhere, since they may be those that are missing', () => {
    const workflow = drawWorkflow({ edges: 'a -> b\nc -> b' });
    const edges = [...(workflow.edges ?? []), { from: 'b', to: 'x' }];
    const pipelines = { pipelines: { p: { entry: 'a', ends: ['c'] } } };
    expect(foundProblems({ workflow: { workflow: { ...workflow, edges } }, pipelines }, codes)).toEqual([]);
  });
});

function rowFaults(rows: readonly object[], drawing: Drawing, files: Readonly<Record<string, unknown>> = {}) {
  const manifests = { workflow: { workflow: drawWorkflow(drawing) }, pipelines: { fallbacks: rows } };
  return foundProblems(manifests, ['MANIFEST_VALUE_INVALID', 'MANIFEST_REFERENCE_UNKNOWN'], files).filter((text) =>
    text.startsWith('pipelines.json'),
  );
}

const lost = (to: string) => [
  `pipelines.json fallbacks.0.to: "spare" would take over for a failed stage and go on where that stage would have, but its own edge to "${to}" would be left out.`,
];

describe('a row of the fallback matrix', () => {
  const tool = { type: 'tool', tool: 'work' } as const;

  it('names a node of the workflow or of one that child tasks run', () => {
    const inner = { id: 'inner', nodes: [{ id: 'deep', type: 'transform', output: 1 }] };
    const nodes = { call: { type: 'workflow', workflow: 'workflows/inner.json' }, a: tool } as const;
    const rows = ['deep', 'a', 'x'].map((stage) => ({ stage, to: 'spare' }));
    const drawing = { nodes: { ...nodes, spare: end }, edges: 'a -> call' };
    expect(rowFaults(rows, drawing, { 'workflows/inner.json': { workflow: inner } })).toEqual([
      'pipelines.json fallbacks.2.stage: "x" is no node of the workflow.',
    ]);
    expect(rowFaults(rows, drawing, { 'workflows/inner.json': '{' })).toContain(
      'pipelines.json fallbacks.2.stage: "x" is no node of the workflow.',
    );
  });

  it('leads to a node without ways of its own, but for those of its failures to ends', () => {
    const nodes = { z: end, y: end, spare: tool };
    const row = [{ stage: 'a', to: 'spare' }];
    expect(rowFaults(row, { nodes, edges: 'a -> z\nspare -error tool-> z\nspare -fallback timeout-> y' })).toEqual([]);
    expect(rowFaults(row, { nodes, edges: 'a -> z\nspare -> z' })).toEqual(lost('z'));
    expect(rowFaults(row, { nodes, edges: 'a -> z\nspare -error-> b' })).toEqual(lost('b'));
    expect(rowFaults(row, { nodes, edges: 'a -> z\nspare -fallback-> b' })).toEqual(lost('b'));
  });
});
