import { describe, expect, it } from 'vitest';
import type { EdgeSpec, NodeSpec, ProjectSpec, WorkflowSpec } from '../../../../src/manifest/index.ts';
import { compileProject } from '../../../../src/manifest-compiler/index.ts';
import { chainWorkflow, reviewWorkflow } from '../../../support/known-workflows.ts';

const agent = (id: string): NodeSpec => ({ id, type: 'agent', agent: 'worker' });

function project(workflow: Partial<WorkflowSpec>, pipelines: ProjectSpec['pipelines'] = {}): ProjectSpec {
  const persona = { prompt: 'Work.' };
  return {
    engine: { name: 'sample' },
    agents: { worker: persona, judge: persona },
    tools: {},
    workflows: {},
    workflow: { id: 'sample', nodes: [], ...workflow },
    pipelines,
    memory: {},
    plugins: [],
    schemas: {},
    texts: {},
  };
}

function told(sample: ProjectSpec): readonly string[] {
  return compileProject(sample).problems.map(({ code, path, message }) => `${code} ${path.join('/')} ${message}`);
}

describe('parts that no run comes to', () => {
  it('are errors, each with its cause only', () => {
    const nodes: NodeSpec[] = [
      { id: 'pick', type: 'decision', agent: 'judge' },
      agent('left'),
      agent('right'),
      { id: 'both', type: 'merge', join: 'quorum', quorum: 2 },
      agent('after'),
    ];
    const edges: EdgeSpec[] = [
      { from: 'pick', to: 'left', condition: 'left' },
      { from: 'pick', to: 'right', condition: 'right' },
      { from: 'left', to: 'both' },
      { from: 'right', to: 'both' },
      { from: 'both', to: 'after' },
      { from: 'left', to: 'after', type: 'error', on: ['routing'] },
    ];
    expect(told(project({ nodes, edges }))).toEqual([
      'MANIFEST_NODE_UNREACHABLE workflow/nodes/3/id No run starts "both": it waits for 2 edges, and no run takes so many of them.',
      'MANIFEST_EDGE_UNREACHABLE workflow/edges/5 No failure of "left" takes the edge to "after": none of its kind can happen there, or another edge takes it first.',
    ]);
  });

  it('may be so because the task is over before', () => {
    const nodes: NodeSpec[] = [agent('a'), { id: 'end', type: 'end' }, agent('late')];
    const edges: EdgeSpec[] = [
      { from: 'a', to: 'end' },
      { from: 'a', to: 'late' },
    ];
    expect(told(project({ nodes, edges, exit: 'first' }))).toEqual([
      'MANIFEST_NODE_UNREACHABLE workflow/nodes/2/id No run starts "late", although edges to it are taken: the task is over, the stage cancelled or its join failed by then.',
    ]);
  });

  it('are not told a second time when a catch-all fallback is in the way', () => {
    const nodes: NodeSpec[] = [agent('a'), agent('b'), agent('c')];
    const edges: EdgeSpec[] = [
      { from: 'a', to: 'b', type: 'fallback' },
      { from: 'a', to: 'c', type: 'error' },
    ];
    expect(told(project({ nodes, edges }))).toEqual([
      'MANIFEST_EDGE_UNREACHABLE workflow/edges/1 No failure of "a" can take the edge to "c": a fallback edge without "on" takes all of them.',
    ]);
  });

  it('are fine in one pipeline when another comes to them', () => {
    const nodes: NodeSpec[] = [
      agent('a'),
      agent('third'),
      { id: 'pick', type: 'decision', agent: 'judge' },
      agent('left'),
      agent('right'),
      { id: 'two', type: 'merge', join: 'quorum', quorum: 2 },
    ];
    const edges: EdgeSpec[] = [
      { from: 'a', to: 'third' },
      { from: 'a', to: 'pick' },
      { from: 'pick', to: 'left', condition: 'left' },
      { from: 'pick', to: 'right', condition: 'right' },
      { from: 'left', to: 'two' },
      { from: 'right', to: 'two' },
      { from: 'third', to: 'two' },
    ];
    const whole = { entry: 'a', ends: ['two'] };
    const part = { entry: 'pick', ends: ['two'] };
    expect(told(project({ nodes, edges }, { pipelines: { whole, part } }))).toEqual([]);
    expect(told(project({ nodes, edges }, { pipelines: { part } }))).toEqual([
      'MANIFEST_NODE_UNREACHABLE workflow/nodes/5/id No run starts "two": it waits for 2 edges, and no run takes so many of them.',
    ]);
  });

  it('are not there in workflows that are as they should be', () => {
    expect(told(project(reviewWorkflow))).toEqual([]);
    expect(told(project(chainWorkflow(300)))).toEqual([]);
  });

  it('are found in a large workflow as far as one look at every node can tell', () => {
    const { nodes, edges = [] } = chainWorkflow(300);
    const handler: EdgeSpec = { from: 's7', to: 'end', type: 'error', on: ['branch_failed'] };
    expect(told(project({ nodes, edges: [...edges, handler] }))).toEqual([
      'MANIFEST_EDGE_UNREACHABLE workflow/edges/300 No failure of "s7" takes the edge to "end": none of its kind can happen there, or another edge takes it first.',
    ]);
  });
});
