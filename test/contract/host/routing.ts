import { expect, it } from 'vitest';
import type { DeclaredWorkflowSpec } from '../../../src/manifest/index.ts';
import { openProject, type HostKind, type TestProject } from '../../support/engine-fixture.ts';
import { outcome, stageOf } from '../../support/task-reading.ts';

const broken = (): never => {
  throw new Error('Broken');
};
const work = { id: 'work', type: 'tool', tool: 'broken' } as const;
const after = { id: 'after', type: 'transform', output: { got: '${{ output }}', why: '${{ error.code }}' } } as const;

type Nodes = DeclaredWorkflowSpec['nodes'];
type Edges = NonNullable<DeclaredWorkflowSpec['edges']>;

function brokenProject(nodes: Nodes, edges: Edges, fallbacks: readonly object[] = []): TestProject {
  return { workflow: { nodes, edges }, pipelines: { fallbacks }, tools: { broken, ok: () => 'fine' } };
}

/** Runs a project, and gives what was decided in its stages as it is told and as it is kept. */
async function decisionsOf(host: HostKind, project: TestProject, input: unknown = 'go') {
  const { engine, clock, events } = await openProject(project, { host });
  const result = await clock.outcomeOf(engine.runOne(input, { id: 'task' }));
  const { routing } = await engine.showTask('task');
  expect(
    events.flatMap((event) => (event.type === 'routing.decided' && event.taskId === 'task' ? [event.data] : [])),
  ).toEqual(routing);
  return { result, decisions: routing.slice(1) };
}

/** Why tasks go where they go. */
export function routingCases(host: HostKind): void {
  const verdict = {
    workflow: {
      nodes: [
        { id: 'judge', type: 'decision' },
        { id: 'large', type: 'transform', output: 1 },
        { id: 'small', type: 'transform', output: 2 },
        { id: 'other', type: 'transform', output: 3 },
      ],
      edges: [
        { from: 'judge', to: 'large', when: 'output > 10' },
        { from: 'judge', to: 'small', when: 'output > 5' },
        { from: 'judge', to: 'other' },
      ],
    },
  } satisfies TestProject;

  it.each([
    [
      20,
      {
        candidates: [
          { id: 'judge->large[output > 10]' },
          { id: 'judge->small[output > 5]', refusal: 'a condition before it fits' },
          { id: 'judge->other', refusal: 'a condition fits' },
        ],
        chosen: 'judge->large[output > 10]',
        rule: 'edge.condition',
        reason: 'The condition "output > 10" fits.',
      },
    ],
    [
      1,
      {
        candidates: [
          { id: 'judge->large[output > 10]', refusal: 'its condition does not hold' },
          { id: 'judge->small[output > 5]', refusal: 'its condition does not hold' },
          { id: 'judge->other' },
        ],
        chosen: 'judge->other',
        rule: 'edge.default',
        reason: 'No condition fits, and this is the default.',
      },
    ],
  ])('says which edge a decision took for %i, and why not the others', async (input, expected) => {
    const { decisions } = await decisionsOf(host, verdict, input);
    expect(decisions).toEqual([{ at: 'judge', kind: 'stage', ...expected, overrides: [] }]);
  });

  it('says which edges took a failure, and that a fallback comes before them', async () => {
    const nodes = [work, after, { id: 'note', type: 'transform', output: 1 } as const];
    const errors: Edges = [
      { from: 'work', to: 'after', type: 'error', on: ['tool'] },
      { from: 'work', to: 'note', type: 'error' },
    ];
    const { decisions } = await decisionsOf(host, brokenProject(nodes, errors));
    const candidates = [{ id: 'work->after!' }, { id: 'work->note!' }];
    const told = { at: 'work', kind: 'fallback', overrides: [] };
    const reason = 'The stage failed with "tool", which this edge takes.';
    expect(decisions).toEqual([
      { ...told, candidates, chosen: 'work->after!', rule: 'edge.error', reason },
      { ...told, candidates, chosen: 'work->note!', rule: 'edge.error', reason },
    ]);
    const edges: Edges = [
      { from: 'work', to: 'note', type: 'error', on: ['tool', 'permission'] },
      { from: 'work', to: 'after', type: 'fallback', on: ['tool'] },
      { from: 'work', to: 'note', type: 'error', on: ['timeout'] },
    ];
    const recovered = await decisionsOf(host, brokenProject(nodes, edges));
    expect(recovered.decisions).toEqual([
      {
        ...told,
        candidates: [
          { id: 'work->after?' },
          { id: 'work->note!', refusal: 'another one comes first' },
          { id: 'work->note!#2', refusal: 'it takes timeout alone' },
        ],
        chosen: 'work->after?',
        rule: 'edge.fallback',
        reason,
      },
    ]);
  });

  it('names the kind of row of the fallback matrix that took a failure', async () => {
    const nodes = [work, after, { id: 'over', type: 'end', status: 'failure' } as const];
    const rows = [{ to: 'over' }, { category: 'tool', stage_type: 'tool', to: 'after' }];
    const { decisions } = await decisionsOf(
      host,
      brokenProject(nodes, [{ from: 'after', to: 'over', type: 'error' }], rows),
    );
    expect(decisions.map(({ chosen, rule }) => [chosen, rule])).toEqual([
      ['work->after~~work?', 'matrix (category, stage type)'],
    ]);
  });

  it.each([
    ['skip', 'completed', 'the task goes on with null for its output'],
    ['continue_partial', 'partial', 'the task goes on with null for its output, and ends as partial'],
  ] as const)('goes past a failure with on_failure: %s', async (policy, status, end) => {
    const nodes = [{ ...work, on_failure: policy }, after];
    const edges: Edges = [
      { from: 'work', to: 'after' },
      { from: 'work', to: 'after', type: 'error', on: ['timeout'] },
    ];
    const { result, decisions } = await decisionsOf(host, brokenProject(nodes, edges));
    expect([result.status, result.output]).toEqual([status, { got: null, why: 'tool.failed' }]);
    expect(outcome(result)).toEqual(['work failed', 'after done']);
    expect(stageOf(result, 'work').on_failure).toBe(policy);
    expect(stageOf(result, 'after')).not.toHaveProperty('on_failure');
    expect(result.failures.map(({ code }) => code)).toEqual(['tool.failed']);
    expect(decisions).toEqual([
      {
        at: 'work',
        kind: 'fallback',
        candidates: [{ id: 'work->after!', refusal: 'it takes timeout alone' }, { id: policy }],
        chosen: policy,
        rule: `on_failure.${policy}`,
        reason: `The stage failed with "tool", which no edge takes: ${end}.`,
        overrides: [],
      },
    ]);
  });

  it('goes past the failure of a last stage, whose output is null then', async () => {
    const { result } = await decisionsOf(host, brokenProject([{ ...work, on_failure: 'continue_partial' }], []));
    expect([result.status, result.output]).toEqual(['partial', null]);
  });

  it('leaves a failure alone that an edge takes, or that comes from before', async () => {
    const nodes = [work, { ...after, on_failure: 'skip' } as const];
    const { result, decisions } = await decisionsOf(host, brokenProject(nodes, [{ from: 'work', to: 'after' }]));
    expect([result.status, ...outcome(result)]).toEqual(['failed', 'work failed', 'after failed']);
    expect(decisions.map(({ at, rule }) => [at, rule])).toEqual([['work', 'on_failure.fail']]);
    const handled = brokenProject(
      [{ ...work, on_failure: 'continue_partial' }, after],
      [{ from: 'work', to: 'after', type: 'error' }],
    );
    expect((await decisionsOf(host, handled)).result.status).toBe('completed');
  });

  it('tells a partial child task to the task above it', async () => {
    const body = { ...work, on_failure: 'continue_partial' } as const;
    const project = brokenProject([{ id: 'each', type: 'map', items: '${{ input }}', node: body }], []);
    const { result } = await decisionsOf(host, project, [1, 2]);
    expect([result.status, result.output]).toEqual([
      'partial',
      [
        { index: 0, ok: true, output: null },
        { index: 1, ok: true, output: null },
      ],
    ]);
  });
}
