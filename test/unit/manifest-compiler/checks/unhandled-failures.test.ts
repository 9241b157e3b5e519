import { describe, expect, it } from 'vitest';
import { foundProblems } from '../../../support/found-problems.ts';
import { decision, drawWorkflow, merge } from '../../../support/workflow-drawing.ts';

type Drawing = Parameters<typeof drawWorkflow>[0];

const plain = { type: 'transform', output: 1 } as const;

/** Names of the nodes whose failure nothing handles. */
function unhandled(drawing: Drawing, pipelines: object = {}, files: Readonly<Record<string, unknown>> = {}): string {
  const agents = { agents: { worker: { prompt: 'Work.' }, judge: { prompt: 'Judge.' } } };
  const tools = { tools: { work: { type: 'registered' } } };
  const manifests = { workflow: { workflow: drawWorkflow(drawing) }, agents, tools, pipelines };
  const [said = ''] = foundProblems(manifests, ['MANIFEST_FAILURE_UNHANDLED'], files);
  return [...said.matchAll(/"([^"]*)"/gu)].map(([, name]) => name).join(' ');
}

describe('the failure of a node', () => {
  it('has to be handled where the node asks an agent or a tool, or runs something that does', () => {
    const nodes = {
      b: plain,
      c: { type: 'tool', tool: 'work' },
      d: { type: 'tool', plan: 'a' },
      e: { type: 'workflow', workflow: 'workflows/asking.json' },
      f: { type: 'workflow', workflow: 'workflows/counting.json' },
      g: { type: 'workflow', workflow: 'workflows/broken.json' },
    } as const;
    const count = { id: 'x', ...plain };
    const files = {
      'workflows/asking.json': { workflow: { id: 'x', nodes: [count, { id: 'y', type: 'tool', tool: 'work' }] } },
      'workflows/counting.json': { workflow: { id: 'x', nodes: [count] } },
      'workflows/broken.json': '{',
    };
    expect(unhandled({ nodes, edges: 'a -> b\nb -> c\nc -> d\nd -> e\ne -> f\nf -> g' }, {}, files)).toBe('a c d e');
  });

  it('is handled by an edge of type error or fallback, or by a row for all nodes, for its type or for itself', () => {
    const edges = 'a -> b\nb -> c\na -error-> x\nb -fallback-> y';
    const drawing = { nodes: { x: plain, y: plain }, edges };
    expect(unhandled(drawing)).toBe('c');
    expect(unhandled(drawing, { fallbacks: [{ to: 'x' }] })).toBe('');
    expect(unhandled(drawing, { fallbacks: [{ category: 'timeout', to: 'x' }] })).toBe('');
    expect(unhandled(drawing, { fallbacks: [{ stage_type: 'agent', to: 'x' }] })).toBe('');
    expect(unhandled(drawing, { fallbacks: [{ stage_type: 'tool', to: 'x' }] })).toBe('c');
    expect(unhandled(drawing, { fallbacks: [{ stage: 'c', to: 'x' }] })).toBe('');
    expect(unhandled(drawing, { fallbacks: [{ stage: 'a', stage_type: 'agent', to: 'x' }] })).toBe('c');
  });

  it('is not asked about while rows of the matrix cannot be read, whatever else of the pipelines can', () => {
    const pipelines = { whole: { entry: 'a', ends: ['b'] } };
    expect(unhandled({ edges: 'a -> b' }, { fallbacks: [{ to: 5 }], pipelines })).toBe('');
    expect(unhandled({ edges: 'a -> b' }, { fallbacks: [], pipelines: { broken: { entry: 5 } } })).toBe('a b');
  });
});

describe('the failure of a branch', () => {
  const branches = 's -> a\ns -> b\na -> m\nb -> m';
  const start = { s: plain };

  it.each([
    ['of all', {}, 'a b'],
    ['of all, as is written', { join: 'all' }, 'a b'],
    ['of any', { join: 'any' }, ''],
    ['of some', { join: 'quorum', quorum: 1 }, ''],
    ['of all that succeeded', { on_branch_failure: 'continue' }, ''],
  ] as const)('is taken or not by a merge %s', (_, rules, expected) => {
    expect(unhandled({ nodes: { ...start, m: { ...merge, ...rules } }, edges: branches })).toBe(expected);
  });

  it.each(['error', 'fallback'])('is taken by a merge with an edge of type %s beside its normal one', (type) => {
    const edges = `${branches}\nm -> y\nm -${type}-> z`;
    expect(unhandled({ nodes: { ...start, m: merge, y: plain, z: plain }, edges })).toBe('');
  });

  it('is not taken by a merge that only goes on, nor by another node with an edge of type error', () => {
    expect(unhandled({ nodes: { ...start, m: merge, y: plain }, edges: `${branches}\nm -> y` })).toBe('a b');
    expect(unhandled({ nodes: { y: plain, z: plain }, edges: 'a -> b\nb -> y\nb -error-> z' })).toBe('a');
  });

  it('is taken of all nodes on the branch, decisions too, but not through edges of type error', () => {
    const any = { ...merge, join: 'any' } as const;
    const edges = 's -> a\ns -> d\na -> b\nb -> m\nd -x-> m\nd -y-> c';
    expect(unhandled({ nodes: { ...start, m: any, d: decision }, edges })).toBe('c');
    const spare = 's -> z\nz -> a\na -error-> b\nb -> m\ns -> c\nc -> m';
    expect(unhandled({ nodes: { ...start, m: any }, edges: spare })).toBe('z');
  });
});
