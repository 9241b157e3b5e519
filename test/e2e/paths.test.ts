import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksWorkflow, chainWorkflow } from '../support/known-workflows.ts';
import { readXml } from '../support/read-xml.ts';
import { cli } from './cli-call.ts';
import { shell, stackPattern } from './cli-process.ts';
import { echoProject, temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();
const program = path.resolve(import.meta.dirname, '../../bin/agent-engine.js');

const project = writeFiles(path.join(directory, 'routed'), {
  'agents.yaml': 'agents:\n  judge: { prompt: "Is it good?" }\n',
  'tools.yaml': 'tools:\n  list: { type: filesystem.list, root: . }\n',
  'engine.yaml': 'engine:\n  name: routed\n  permissions: { filesystem: { read: [.] } }\n',
  'pipelines.yaml': `pipelines:
  whole: { entry: judge, ends: [done, lost] }
  look: { entry: look, ends: [done] }
`,
  'workflow.yaml': `workflow:
  id: routed
  nodes:
    - { id: judge, type: decision, agent: judge, entry: true }
    - { id: look, type: tool, tool: list, arguments: { path: . } }
    - { id: done, type: end, output: Done. }
    - { id: lost, type: end, status: failure }
  edges:
    - { from: judge, to: look, condition: good }
    - { from: judge, to: lost, condition: bad & <ugly> }
    - { from: look, to: done }
    - { from: look, to: lost, type: error, on: [tool] }
`,
});

const facts = `
  The most that one run can do
    model calls      1
    tokens           unknown: a model or an agent declares no sizes
    cost             unknown: a model declares no price or no sizes
    tools            list
      analysis_only  list
      dry_run        list

  Failures that no edge takes
    judge: config, agent, provider, json, context, memory, budget, plugin, routing
    look: config, permission, timeout, plugin
`;

function stepsOf(...ends: readonly (readonly [node: string, outcome: object])[]): readonly object[] {
  return ends.map(([node, outcome]) => ({ node, outcome }));
}

function large(name: string, workflow: object): string {
  return writeFiles(path.join(directory, name), {
    'agents.yaml': 'agents:\n  worker: { prompt: Work. }\n',
    'workflow.json': JSON.stringify({ workflow }),
  });
}

describe('agent-engine paths', () => {
  it('lists every path of a pipeline, and what is known before anything has run', async () => {
    expect(await cli(['paths', project, '--pipeline', 'whole'])).toEqual({
      code: 0,
      signal: null,
      stdout: `whole: 3 paths
  1  judge ─[good]→ look → done
  2  judge ─[good]→ look ─✕ tool→ lost
  3  judge ─[bad & <ugly>]→ lost
${facts}`,
      stderr: '',
    });
    expect(existsSync(path.join(project, '.agent-engine'))).toBe(false);
  });

  it('gives programs the same as JSON', async () => {
    const { code, stdout, stderr } = await cli(['paths', project, '--format', 'json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      workflow: 'routed',
      pipelines: [
        {
          pipeline: 'whole',
          path_count: '3',
          paths: [
            { nodes: ['judge', 'look', 'done'] },
            { nodes: ['judge', 'look', 'lost'] },
            { nodes: ['judge', 'lost'] },
          ],
          edges: { 'look->lost!': { from: 'look', to: 'lost', kind: 'error', categories: ['tool'] } },
          facts: { model_calls: { most: 1, is_exact: true }, tools: { dry_run: { run: ['list'], depends: [] } } },
        },
        { pipeline: 'look', path_count: '2' },
      ],
    });
  });

  it('counts paths that nobody could list, and lists the first of them', async () => {
    const huge = large('huge', blocksWorkflow(60, 2));
    const { code, stdout } = await cli(['paths', huge, '--limit', '2']);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe(
      'blocks: 42,391,158,275,216,203,514,294,433,201 paths, the first 2 of them listed (see --limit)',
    );
    expect(stdout.split('\n')[3]).toBe('');
  });

  it('prints the problems of manifests that are not valid', async () => {
    const broken = writeFiles(path.join(directory, 'broken'), {
      ...echoProject,
      'agents.yaml': 'agents:\n  one: { promt: "Say it." }\n',
    });
    for (const words of [[], ['--test', '--format', 'junit']]) {
      const { code, stdout, stderr } = await cli(['paths', broken, ...words]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^error MANIFEST_FIELD_UNKNOWN agents\.yaml:2:10\n[^]+Did you mean "prompt"/mu);
      expect(stderr).not.toMatch(stackPattern);
    }
  });

  it.each([
    [['--pipeline', 'whol'], 'The project has no pipeline "whol".', 'Did you mean "whole"?'],
    [['--pipeline', 'other'], 'The project has no pipeline "other".', 'Use one of: whole, look.'],
    [['--tset'], 'Unknown option "--tset".', 'Did you mean --test?'],
    [['--limit', '-1'], 'Option "-l, --limit <count>" argument "-1" is invalid.', undefined],
    [['--format', 'junit'], 'The option "--format junit" is about walks', 'Add --test, or leave it out.'],
    [['--criterion', 'edges'], 'The option "--criterion" is about walks', 'Add --test, or leave it out.'],
    [['--test', '--criterion', 'all'], 'Option "-c, --criterion <criterion>" argument "all" is invalid.', undefined],
  ])('refuses %j as wrong usage', async (words, message, hint) => {
    const { code, stdout, stderr } = await cli(['paths', project, ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`error HOST_USAGE ${message}`);
    expect(stderr).toContain(`  help: ${hint ?? ''}`);
    expect(stderr).not.toMatch(stackPattern);
  });

  it('ends without a word when the reader of its output leaves', async () => {
    large('left', blocksWorkflow(60, 2));
    const { stdout, stderr } = await shell(
      `{ node '${program}' paths left --limit 5000; echo "code $?" >&2; } | head -n 1`,
      directory,
    );
    expect(stdout).toMatch(/^blocks: .+\n$/u);
    expect(stderr).toBe('code 0\n');
  });
});

describe('agent-engine paths --test', () => {
  it('walks runs and says what they cover', async () => {
    expect(await cli(['paths', project, '--test'])).toEqual({
      code: 0,
      signal: null,
      stdout: `whole: 5 walks for nodes, edges, outcomes, pairs: all as told
            covered  infeasible  undecided
  nodes         4/4           0          0
  edges         4/4           0          0
  outcomes      6/6           0          0
  pairs         2/2           0          0
  paths         3/3           0          0

look: 3 walks for nodes, edges, outcomes, pairs: all as told
            covered  infeasible  undecided
  nodes         3/3           0          0
  edges         2/2           0          0
  outcomes      3/3           0          0
  pairs         0/0           0          0
  paths         2/2           0          0
`,
      stderr: '',
    });
    expect(existsSync(path.join(project, '.agent-engine'))).toBe(false);
  });

  it('gives programs each walk as JSON', async () => {
    const { code, stdout } = await cli(['paths', project, '--test', '--format', 'json', '--criterion', 'paths']);
    expect(code).toBe(0);
    const good = ['judge', { kind: 'done', choice: 'good' }] as const;
    expect(JSON.parse(stdout)).toMatchObject({
      criteria: ['paths'],
      passed: true,
      pipelines: [
        {
          pipeline: 'whole',
          walks: [
            { verdict: 'completed', steps: stepsOf(good, ['look', { kind: 'done' }]), failures: [] },
            { verdict: 'failed', steps: stepsOf(good, ['look', { kind: 'failed', category: 'tool' }]), failures: [] },
            { verdict: 'failed', steps: stepsOf(['judge', { kind: 'done', choice: 'bad & <ugly>' }]), failures: [] },
          ],
        },
        { pipeline: 'look' },
      ],
    });
  });

  it('writes JUnit XML to a file, and nothing to standard output', async () => {
    const file = path.join(directory, 'paths.xml');
    const words = ['--test', '--format', 'junit', '--criterion', 'edges', '--pipeline', 'whole', '--out', file];
    expect(await cli(['paths', project, ...words])).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    const { name, children } = readXml(readFileSync(file, 'utf8'));
    expect([name, children.map((suite) => [suite.name, suite.attributes])]).toEqual([
      'testsuites',
      [['testsuite', { name: 'whole', tests: '3', failures: '0', skipped: '0' }]],
    ]);
    expect(children[0]?.children.map((testCase) => [testCase.name, testCase.attributes, testCase.children])).toEqual([
      ['testcase', { classname: 'whole', name: 'judge->look[good] is taken' }, []],
      ['testcase', { classname: 'whole', name: 'judge->lost[bad & <ugly>] is taken' }, []],
      ['testcase', { classname: 'whole', name: 'look->lost! is taken' }, []],
    ]);
  });

  it('refuses to call nothing a success when every path is asked for and there are too many', async () => {
    const words = ['--test', '--criterion', 'paths', '--limit', '2', '--pipeline', 'whole'];
    const { code, stdout, stderr } = await cli(['paths', project, ...words]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error ENGINE_TOO_MANY_PATHS There are 3 ways through "whole", too many to walk\.\n/u);
  });

  it('says so on standard error when a workflow is large, and walks it', async () => {
    const { code, stdout, stderr } = await cli([
      'paths',
      large('long', chainWorkflow(310)),
      '--test',
      '--criterion',
      'edges',
    ]);
    expect([code, stderr]).toEqual([0, 'Walking a workflow of 311 nodes takes a while.\n']);
    expect(stdout).toMatch(/^chain: 1 walk for edges: all as told\n/u);
  });
});

it.each(['paths', 'diagram', 'run'])('%s says in the same words that a pipeline is not there', async (command) => {
  const echo = writeFiles(path.join(directory, `echo-${command}`), echoProject);
  const request = command === 'run' ? ['go'] : [];
  const { code, stdout, stderr } = await cli([command, echo, ...request, '--pipeline', 'ecko']);
  expect({ code, stdout, stderr: stderr.slice(0, stderr.indexOf('  See')) }).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error HOST_USAGE The project has no pipeline "ecko".\n  help: Did you mean "echo"?\n',
  });
});
