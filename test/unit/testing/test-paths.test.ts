import { describe, expect, it } from 'vitest';
import { loadProject } from '../../../src/index.ts';
import { formatPathReport, pathCases, testPaths, type PathReport } from '../../../src/testing/index.ts';
import { compiledSample } from '../../support/compiled-sample.ts';
import { configDirectory, configNames } from '../../support/config-projects.ts';
import { blocksWorkflow, reviewWorkflow } from '../../support/known-workflows.ts';

const review = compiledSample(reviewWorkflow.nodes, reviewWorkflow.edges ?? []);

const small = compiledSample(
  [
    { id: 'draft', type: 'agent', agent: 'worker', retries: 2, timeout: '10s' },
    { id: 'done', type: 'end' },
    { id: 'lost', type: 'end', status: 'failure' },
  ],
  [
    { from: 'draft', to: 'done' },
    { from: 'draft', to: 'lost', type: 'error' },
  ],
);

describe('testPaths', () => {
  it('walks every scenario and tells what the walks cover', () => {
    const { passed, pipelines } = testPaths(review, { criterion: 'paths' });
    expect(passed).toBe(true);
    expect(pipelines.map(({ pipeline, walks, coverage }) => ({ pipeline, walks: walks.length, coverage }))).toEqual([
      {
        pipeline: 'sample',
        walks: 20,
        coverage: [
          { criterion: 'nodes', covered: 17, total: 17, infeasible: [], undecided: [] },
          { criterion: 'edges', covered: 24, total: 24, infeasible: [], undecided: [] },
          { criterion: 'outcomes', covered: 21, total: 32, infeasible: [], undecided: [] },
          { criterion: 'pairs', covered: 34, total: 34, infeasible: [], undecided: [] },
          { criterion: 'paths', covered: 42, total: 42, infeasible: [], undecided: [] },
        ],
      },
    ]);
  });

  it('walks a stage that fails through all its attempts', () => {
    expect(testPaths(small, { criterion: 'outcomes' })).toEqual({
      criteria: ['outcomes'],
      passed: true,
      pipelines: [
        {
          pipeline: 'sample',
          walks: [
            {
              name: 'draft is done',
              goal: { kind: 'outcome', node: 'draft', outcome: { kind: 'done' } },
              steps: [{ node: 'draft', outcome: { kind: 'done' } }],
              trace: ['draft', 'done'],
              live: ['draft->done'],
              verdict: 'completed',
              failures: [],
            },
            {
              name: 'draft fails (internal)',
              goal: { kind: 'outcome', node: 'draft', outcome: { kind: 'failed', category: 'internal' } },
              steps: [{ node: 'draft', outcome: { kind: 'failed', category: 'internal' } }],
              trace: ['draft', 'lost'],
              live: ['draft->lost!'],
              verdict: 'failed',
              failures: [],
            },
          ],
          coverage: [
            { criterion: 'nodes', covered: 3, total: 3, infeasible: [], undecided: [] },
            { criterion: 'edges', covered: 2, total: 2, infeasible: [], undecided: [] },
            { criterion: 'outcomes', covered: 2, total: 2, infeasible: [], undecided: [] },
            { criterion: 'pairs', covered: 0, total: 0, infeasible: [], undecided: [] },
            { criterion: 'paths', covered: 2, total: 2, infeasible: [], undecided: [] },
          ],
        },
      ],
    });
  });

  it('says how many paths there are when they are too many', () => {
    const { nodes, edges = [] } = blocksWorkflow(12, 4);
    const [report] = testPaths(compiledSample(nodes, edges), { criterion: 'nodes' }).pipelines;
    expect([report?.unlisted_paths, report?.walks.length]).toEqual(['244140625', 13]);
  });

  it('refuses to walk every path when they are too many, rather than to walk none', () => {
    const { nodes, edges = [] } = blocksWorkflow(12, 4);
    const project = compiledSample(nodes, edges);
    const expected = {
      code: 'ENGINE_TOO_MANY_PATHS',
      message: 'There are 244,140,625 ways through "sample", too many to walk.',
    };
    expect(() => testPaths(project, { criterion: 'paths' })).toThrow(expect.objectContaining(expected));
    expect(() => pathCases(project, { criterion: 'paths' })).toThrow(expect.objectContaining(expected));
    expect(() => testPaths(small, { criterion: 'paths', pathLimit: 1 })).toThrow('There are 2 ways through "sample"');
    expect(testPaths(small, { criterion: 'paths', pathLimit: 2 }).passed).toBe(true);
  });

  it('refuses a pipeline that is not there', () => {
    expect(() => testPaths(small, { pipeline: 'other' })).toThrow('The project has no pipeline "other".');
  });
});

describe('pathCases', () => {
  it.each(pathCases(review))('walks %s', (_, run) => {
    expect(run()).toBe(undefined);
  });
});

describe('the projects in configs', () => {
  it.each(configNames())('%s is walked along every path, and no goal is out of reach', async (name) => {
    const { compiled: project, problems } = await loadProject(configDirectory(name));
    if (project === undefined) throw new Error(JSON.stringify(problems));
    const { passed, pipelines } = testPaths(project, { criterion: 'paths' });
    const open = pipelines.flatMap(({ coverage }) => coverage.flatMap((row) => [...row.infeasible, ...row.undecided]));
    expect({ passed, open }).toEqual({ passed: true, open: [] });
    const rows = pipelines.flatMap(({ coverage }) => coverage.filter(({ criterion }) => criterion === 'paths'));
    expect(rows.map(({ covered }) => covered)).toEqual(rows.map(({ total }) => total));
    expect(rows).toHaveLength(project.pipelines.size + project.bodies.size);
    const cases = pathCases(project, { criterion: 'paths' });
    for (const [, run] of cases) run();
    expect(cases).toHaveLength(pipelines.reduce((sum, { walks }) => sum + walks.length, 0));
  });
});

describe('a report', () => {
  const walked = { goal: { kind: 'node', node: 'a' }, steps: [], trace: [], live: [], verdict: 'completed' } as const;
  const broken: PathReport = {
    criteria: ['edges'],
    passed: false,
    pipelines: [
      {
        pipeline: 'main',
        walks: [
          { name: 'a->b[x < "1" & \'2\'\u{0}]\n is taken', ...walked, failures: ['First.', 'Second <.'] },
          { name: 'fine', ...walked, failures: [] },
        ],
        coverage: [{ criterion: 'edges', covered: 1, total: 3, infeasible: ['c is taken'], undecided: ['d is taken'] }],
        unlisted_paths: '12345678901234567890',
      },
    ],
  };

  it('is a table for people', () => {
    expect(formatPathReport(testPaths(small), 'table')).toBe(
      [
        'sample: 2 walks for nodes, edges, outcomes, pairs: all as told',
        '            covered  infeasible  undecided',
        '  nodes         3/3           0          0',
        '  edges         2/2           0          0',
        '  outcomes      2/2           0          0',
        '  pairs         0/0           0          0',
        '  paths         2/2           0          0',
        '',
      ].join('\n'),
    );
    expect(formatPathReport(broken, 'table')).toBe(
      [
        'main: 2 walks for edges: 1 astray',
        '         covered  infeasible  undecided',
        '  edges      1/3           1          1',
        '  paths: 12345678901234567890 of them, too many to be listed',
        '  never: c is taken',
        '  undecided: d is taken',
        '  astray: a->b[x < "1" & \'2\'\u{0}]\n is taken',
        '    First.',
        '    Second <.',
        '',
      ].join('\n'),
    );
  });

  it('is JSON for programs', () => {
    expect(JSON.parse(formatPathReport(broken, 'json'))).toEqual(broken);
  });

  it('is JUnit XML with everything escaped, and what no run can do skipped', () => {
    expect(formatPathReport(broken, 'junit')).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="paths">',
        '  <testsuite name="main" tests="4" failures="1" skipped="2">',
        '    <testcase classname="main" name="a-&gt;b[x &lt; &quot;1&quot; &amp; &apos;2&apos;\u{FFFD}]&#10; is taken"><failure message="First.">First.&#10;Second &lt;.</failure></testcase>',
        '    <testcase classname="main" name="fine"/>',
        '    <testcase classname="main" name="c is taken"><skipped message="No run can do this."/></testcase>',
        '    <testcase classname="main" name="d is taken"><skipped message="The search was given up."/></testcase>',
        '  </testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    );
  });
});
