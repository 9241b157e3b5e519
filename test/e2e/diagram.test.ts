import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readXml, type XmlElement } from '../support/read-xml.ts';
import { cli } from './cli-process.ts';
import { temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();

const project = writeFiles(path.join(directory, 'drawn'), {
  'workflow.yaml': `workflow:
  id: drawn
  nodes:
    - { id: start, type: transform, output: [1, 2] }
    - id: each
      type: map
      items: \${{ output }}
      body:
        nodes:
          - { id: double, type: transform, output: '\${{ input * 2 }}' }
          - { id: doubled, type: end, output: '\${{ output }}' }
        edges:
          - { from: double, to: doubled }
    - { id: big, type: decision }
    - { id: yes, type: end }
    - { id: no, type: end, status: failure }
  edges:
    - { from: start, to: each }
    - { from: each, to: big }
    - { from: big, to: yes, when: output.size() > 1 }
    - { from: big, to: no, when: output.size() <= 1 }
    - { from: each, to: no, type: error }
`,
});

const twoPipelines = writeFiles(path.join(directory, 'two'), {
  'workflow.yaml': `workflow:
  id: two
  nodes:
    - { id: a, type: transform, output: 1 }
    - { id: b, type: transform, output: 1 }
    - { id: c, type: end }
  edges:
    - { from: a, to: b }
    - { from: b, to: c }
`,
  'pipelines.yaml': 'pipelines:\n  long: { entry: a, ends: [c] }\n  short: { entry: b, ends: [c] }\n',
});

const Report = z.object({ pipelines: z.array(z.looseObject({ pipeline: z.string() })) });

function all(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(all)];
}

/** Drawn nodes by id, with an attribute of theirs. */
function nodesOf(svg: string, attribute: string): Readonly<Record<string, string | undefined>> {
  const nodes = all(readXml(svg)).filter(({ attributes }) => attributes['data-node'] !== undefined);
  return Object.fromEntries(nodes.map(({ attributes }) => [attributes['data-node'] ?? '', attributes[attribute]]));
}

async function draw(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(['diagram', project, ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('agent-engine diagram', () => {
  it('draws a picture with what child tasks run inside, or without it', async () => {
    const open = nodesOf(await draw('--format', 'svg'), 'class');
    expect(open).toMatchObject({ each: 'node map frame', 'each/double': 'node transform' });
    const closed = nodesOf(await draw('--format', 'svg', '--collapse', 'each', '--theme', 'dark'), 'class');
    expect(Object.keys(closed).toSorted()).toEqual(['big', 'each', 'no', 'start', 'yes']);
  });

  it('writes a graph for Graphviz, a file for XState, and a picture of the states', async () => {
    expect(await draw('--format', 'dot')).toMatch(/^digraph "drawn" \{\n[^]+subgraph "cluster_1"/u);
    expect(await draw('--format', 'xstate')).toMatch(/^import \{ createMachine \} from 'xstate';\n/u);
    const chart = nodesOf(await draw('--format', 'svg', '--view', 'statechart'), 'class');
    expect(chart).toMatchObject({ start: 'node state frame', 'start~running': 'node state' });
  });

  it('shows how a task went, now and after an entry of its journal', async () => {
    await cli(['run', project, '--id', 'first', '--input', '1']);
    const now = await draw('--format', 'svg', '--task', 'first');
    expect(nodesOf(now, 'data-state')).toEqual({
      start: 'finished',
      each: 'finished',
      'each/double': 'finished',
      'each/doubled': 'finished',
      big: 'finished',
      yes: 'finished',
      no: 'skipped',
    });
    const before = nodesOf(await draw('--format', 'svg', '--task', 'first', '--at', '2'), 'data-state');
    expect(before).toMatchObject({ start: 'finished', each: 'running', big: 'idle', yes: 'idle' });
  });

  it('shows what the walks of a test cover, and what they do not', async () => {
    const file = path.join(directory, 'coverage.json');
    await cli(['paths', project, '--test', '--format', 'json', '--criterion', 'nodes', '--out', file]);
    const covered = nodesOf(await draw('--format', 'svg', '--coverage', file), 'class');
    expect(covered).toMatchObject({ start: 'node transform covered', 'each/double': 'node transform covered' });
    const [pipeline] = Report.parse(JSON.parse(readFileSync(file, 'utf8'))).pipelines;
    writeFileSync(file, JSON.stringify({ pipelines: [{ ...pipeline, walks: [{ trace: ['start'], live: [] }] }] }));
    const less = nodesOf(await draw('--format', 'svg', '--coverage', file), 'class');
    expect(less).toMatchObject({ start: 'node transform covered', big: 'node decision uncovered' });
  });

  it.each([
    [['--format', 'svg', '--at', '3'], 'HOST_USAGE "--at" is about a task.'],
    [['--task', 'x'], 'HOST_USAGE "--task" is about pictures.'],
    [['--theme', 'dark', '--format', 'dot'], 'HOST_USAGE "--theme" is about pictures.'],
    [['--format', 'svg', '--task', 'x', '--coverage', 'y'], 'HOST_USAGE "--task" and "--coverage" do not go together.'],
    [['--format', 'svg', '--task', 'x', '--view', 'statechart'], 'HOST_USAGE "--task" is shown on a workflow,'],
    [['--collapse', 'eech'], 'HOST_USAGE Nothing is drawn inside of "eech" that could be collapsed.'],
    [['--format', 'svg', '--task', 'unknown'], 'TASK_NOT_FOUND'],
    [['--format', 'svg', '--coverage', 'nowhere.json'], 'HOST_COVERAGE_UNREADABLE The file "'],
    [['--format', 'svg', '--coverage', path.join(project, 'workflow.yaml')], 'HOST_COVERAGE_UNREADABLE The file "'],
    [['--format', 'gif'], 'HOST_USAGE'],
    [['--at', 'noon'], 'HOST_USAGE'],
  ] as const)('refuses %j with a code', async (words, expected) => {
    const { code, stdout, stderr } = await cli(['diagram', project, ...words]);
    expect(stdout).toBe('');
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(`error ${expected}`);
  });

  it('asks for the pipeline whose statechart is meant', async () => {
    const { stderr } = await cli(['diagram', twoPipelines, '--view', 'statechart']);
    expect(stderr).toContain('Add --pipeline with one of: long, short.');
    const { code, stdout } = await cli(['diagram', twoPipelines, '--format', 'xstate', '--pipeline', 'short']);
    expect(code).toBe(0);
    expect(stdout).not.toContain('"id": "a"');
  });
});
