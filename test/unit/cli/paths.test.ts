import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { showPaths } from '../../../src/cli/commands/paths.ts';
import type { CliContext } from '../../../src/cli/context.ts';
import type { CompiledProject } from '../../../src/index.ts';
import { compiledSample } from '../../support/compiled-sample.ts';
import { keptOutput } from './output.ts';

function contextWith(stdout: ReturnType<typeof keptOutput>) {
  const stderr = keptOutput();
  const context: CliContext = {
    stdout,
    stderr,
    stdin: Readable.from([]),
    directory: '.',
    environment: {},
    program: 'agent-engine',
    isDebug: false,
    awaitsJson: () => false,
    atWork: {},
    onSignal: () => () => undefined,
    now: () => 0,
  };
  return { context, stdout, stderr };
}

function retrying(retries: number): CompiledProject {
  return compiledSample(
    [
      { id: 'draft', type: 'agent', agent: 'worker', retries },
      { id: 'done', type: 'end' },
      { id: 'lost', type: 'end', status: 'failure' },
    ],
    [
      { from: 'draft', to: 'done' },
      { from: 'draft', to: 'lost', type: 'error' },
    ],
  );
}

/** A pipeline whose chart was emitted for another workflow than its graph. */
function brokenProject(): CompiledProject {
  const project = retrying(0);
  const pipelines = [...project.pipelines].map(([id, pipeline]) => {
    const chart = retrying(2).pipelines.get(id)?.chart ?? pipeline.chart;
    return [id, { ...pipeline, chart }] as const;
  });
  return { ...project, pipelines: new Map(pipelines) };
}

describe('agent-engine paths --test', () => {
  it('ends well when every walk does what was told', async () => {
    const { context, stdout, stderr } = contextWith(keptOutput());
    expect(await showPaths(context, retrying(2), { test: true, format: 'table' })).toBe(0);
    expect(stdout.text()).toMatch(/^sample: 2 walks for nodes, edges, outcomes, pairs: all as told\n/u);
    expect(stderr.text()).toBe('');
  });

  it('ends badly when a walk goes astray, and says which and how', async () => {
    const { context, stdout } = contextWith(keptOutput());
    expect(await showPaths(context, brokenProject(), { test: true, format: 'table' })).toBe(1);
    expect(stdout.text().split('\n')).toEqual([
      'sample: 2 walks for nodes, edges, outcomes, pairs: 1 astray',
      '            covered  infeasible  undecided',
      '  nodes         2/3           0          0',
      '  edges         1/2           0          0',
      '  outcomes      1/2           0          0',
      '  pairs         0/0           0          0',
      '  paths         1/2           0          0',
      '  astray: lost runs',
      '    Statechart: Missing taken edges: draft->lost!.',
      '    Statechart: Missing ends: lost.',
      '    Statechart: The run was active where failed was expected.',
      '',
    ]);
  });

  it('tells the same as JUnit XML and as JSON', async () => {
    const [junit, json] = [contextWith(keptOutput()), contextWith(keptOutput())];
    expect(await showPaths(junit.context, brokenProject(), { test: true, format: 'junit' })).toBe(1);
    expect(await showPaths(json.context, brokenProject(), { test: true, format: 'json' })).toBe(1);
    expect(junit.stdout.text()).toContain('<testsuite name="sample" tests="2" failures="1" skipped="0">');
    expect(JSON.parse(json.stdout.text())).toMatchObject({
      passed: false,
      pipelines: [{ walks: [{ failures: [] }, { name: 'lost runs', failures: { length: 3 } }] }],
    });
  });
});

describe('agent-engine paths', () => {
  const labelled = compiledSample(
    [
      { id: 'first_of_all', type: 'agent', agent: 'worker' },
      { id: 'route', type: 'decision', agent: 'judge' },
      { id: 'one', type: 'agent', agent: 'worker' },
      { id: 'two', type: 'agent', agent: 'worker' },
      { id: 'lost', type: 'end', status: 'failure' },
    ],
    [
      { from: 'first_of_all', to: 'route' },
      { from: 'route', to: 'one', condition: 'a choice\u001B[2J that has a name of more than forty letters' },
      { from: 'route', to: 'two' },
      { from: 'one', to: 'two', type: 'fallback', on: ['timeout'] },
      { from: 'two', to: 'lost', type: 'error' },
    ],
  );

  it('gives a pipe each path on one line, with the marks that edges have in diagrams', async () => {
    const { context, stdout } = contextWith(keptOutput());
    expect(await showPaths(context, labelled, { format: 'table' })).toBe(0);
    const long = String.raw`─[a choice\u001b[2J that has a name of more than forty letters]→`;
    expect(stdout.text().split('\n').slice(0, 6)).toEqual([
      'sample: 5 paths',
      `  1  first_of_all → route ${long} one`,
      `  2  first_of_all → route ${long} one ─↪ timeout→ two`,
      `  3  first_of_all → route ${long} one ─↪ timeout→ two ─✕→ lost`,
      '  4  first_of_all → route → two',
      '  5  first_of_all → route → two ─✕→ lost',
    ]);
    expect(stdout.text().split('\n').slice(6)).toEqual([
      '',
      '  The most that one run can do',
      '    model calls      4',
      '    tokens           unknown: a model or an agent declares no sizes',
      '    cost             unknown: a model declares no price or no sizes',
      '    tools            none',
      '      analysis_only  none',
      '      dry_run        none',
      '',
      '  Failures that no edge takes',
      '    first_of_all, route, one: config, agent, provider, json, context, memory, budget, plugin',
      '',
    ]);
  });

  it('breaks lines for a terminal between stages, and cuts long labels', async () => {
    const { context, stdout } = contextWith(keptOutput({ isTerminal: true, columns: 60 }));
    await showPaths(context, labelled, { format: 'table', limit: 3 });
    const lines = stdout.text().split('\n');
    expect(lines.slice(0, 8)).toEqual([
      'sample: 5 paths, the first 3 of them listed (see --limit)',
      '  1  first_of_all → route',
      String.raw`     ─[a choice\u001b[2J that has a name of m…→ one`,
      '  2  first_of_all → route',
      String.raw`     ─[a choice\u001b[2J that has a name of m…→ one`,
      '     ─↪ timeout→ two',
      '  3  first_of_all → route',
      String.raw`     ─[a choice\u001b[2J that has a name of m…→ one`,
    ]);
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
  });

  it('writes a file without colours, and nothing to standard output', async () => {
    const { context, stdout } = contextWith(keptOutput({ isTerminal: true, isColored: true }));
    const directory = mkdtempSync(path.join(os.tmpdir(), 'paths-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const file = path.join(directory, 'paths.txt');
    expect(await showPaths(context, labelled, { format: 'table', limit: 0, out: file })).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^sample: 5 paths, none of them listed \(--limit 0\)\n/u);
    expect(stdout.text()).toBe('');
  });
});
