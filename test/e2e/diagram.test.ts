import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readXml, type XmlElement } from '../support/read-xml.ts';
import { cli } from './cli-call.ts';
import { temporaryDirectory, toolFiles, writeFiles } from './project.ts';

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

/** A tool that needs consent, for each of several items. */
const askingInside = {
  ...toolFiles,
  'tools.yaml': `tools:
  ship: { type: module, module: ./tools/count.js, export: count, consent: always }
`,
  'workflow.yaml': `workflow:
  id: consent
  nodes:
    - id: each
      type: map
      items: \${{ input }}
      body:
        nodes:
          - { id: ship, type: tool, tool: ship, arguments: { stage: x } }
          - { id: shipped, type: end, output: '\${{ output }}' }
        edges:
          - { from: ship, to: shipped }
    - { id: done, type: end, output: '\${{ output }}' }
  edges:
    - { from: each, to: done }
`,
};

/** An agent that fails once, and one that does not, each with a price. */
const priced = {
  'agents.yaml': 'agents:\n  writer: { prompt: Write. }\n  checker: { prompt: Check. }\n',
  'engine.yaml': `engine:
  name: priced
  models:
    told:
      provider: scripted
      script: replies.yaml
      context_window: 1000
      max_output_tokens: 200
      price: { input_per_mtok: 10, output_per_mtok: 0 }
  defaults: { model: told }
`,
  'replies.yaml': `replies:
  - { agent: writer, call: 1, fail: { code: provider.overloaded, retry_after_ms: 1 } }
  - { agent: writer, reply: A note., tokens: { prompt: 400, completion: 1 } }
  - { agent: checker, reply: Good., tokens: { prompt: 300, completion: 1 } }
`,
  'workflow.yaml': `workflow:
  id: priced
  nodes:
    - { id: draft, type: agent, agent: writer, retries: 1 }
    - { id: check, type: agent, agent: checker }
    - { id: done, type: end, output: '\${{ output }}' }
  edges:
    - { from: draft, to: check }
    - { from: check, to: done }
`,
};

const Report = z.object({ pipelines: z.array(z.looseObject({ pipeline: z.string() })) });

function all(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(all)];
}

/** Drawn nodes by id, with an attribute of theirs. */
function nodesOf(svg: string, attribute: string): Readonly<Record<string, string | undefined>> {
  const nodes = all(readXml(svg)).filter(({ attributes }) => attributes['data-node'] !== undefined);
  return Object.fromEntries(nodes.map(({ attributes }) => [attributes['data-node'] ?? '', attributes[attribute]]));
}

function textsOf(svg: string, className: string): readonly string[] {
  return all(readXml(svg)).flatMap(({ attributes, text }) => (attributes['class'] === className ? [text] : []));
}

function captionOf(svg: string): string | undefined {
  return textsOf(svg, 'caption')[0];
}

/** Those with a price. */
function notesOf(svg: string): readonly string[] {
  return textsOf(svg, 'detail note').filter((note) => note.includes('$'));
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
    // Without a view it has the states that run; a workflow leaves out what happens within a stage.
    const machine = await draw('--format', 'xstate');
    expect(machine).toMatch(/^import \{ createMachine \} from 'xstate';\n/u);
    expect(machine).toBe(await draw('--format', 'xstate', '--view', 'statechart'));
    expect(machine).not.toBe(await draw('--format', 'xstate', '--view', 'workflow'));
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
    const beyond = await cli(['diagram', project, '--format', 'svg', '--task', 'first', '--at', '9999']);
    expect(beyond).toMatchObject({ code: 2, stdout: '' });
    expect(beyond.stderr).toContain('error TASK_SEQ_UNKNOWN The journal of task "first" has no entry 9999.');
  });

  it('shows what waits for an answer, now and after an entry of its journal', async () => {
    const at = path.join(directory, 'letters');
    await cli(['init', at, '-t', 'approval']);
    await cli(['run', at, 'A chair broke.', '--id', 'asked']);
    const { stdout } = await cli(['diagram', at, '--format', 'svg', '--task', 'asked']);
    expect(nodesOf(stdout, 'data-state')).toMatchObject({ draft: 'finished', letter: 'finished', approve: 'waiting' });
    expect(captionOf(stdout)).toBe('task asked · waiting');
    const before = await cli(['diagram', at, '--format', 'svg', '--task', 'asked', '--at', '2']);
    expect(nodesOf(before.stdout, 'data-state')).toMatchObject({ letter: 'running', approve: 'idle' });
    expect(captionOf(before.stdout)).toBe('task asked · after entry 2 · running');
    await cli(['answer', 'asked', '--approve', '--project', at]);
    const past = await cli(['diagram', at, '--format', 'svg', '--task', 'asked', '--at', '3']);
    expect(nodesOf(past.stdout, 'data-state')).toMatchObject({ approve: 'waiting' });
    expect(captionOf(past.stdout)).toBe('task asked · after entry 3 · waiting');
  });

  it('shows a stage of a child task that waits for consent, and the stage above it', async () => {
    const at = writeFiles(path.join(directory, 'consent'), askingInside);
    await cli(['run', at, '--id', 'asked', '--input', '[1, 2]']);
    const { stdout } = await cli(['diagram', at, '--format', 'svg', '--task', 'asked']);
    expect(nodesOf(stdout, 'data-state')).toEqual({
      each: 'waiting',
      'each/ship': 'waiting',
      'each/shipped': 'idle',
      done: 'idle',
    });
    expect(captionOf(stdout)).toBe('task asked · waiting');
  });

  it('shows attempts and what stages cost, now and after an entry of its journal', async () => {
    const at = writeFiles(path.join(directory, 'priced'), priced);
    await cli(['run', at, 'x', '--id', 'paid']);
    const { stdout } = await cli(['diagram', at, '--format', 'svg', '--task', 'paid']);
    expect(captionOf(stdout)).toMatch(/^task paid · completed · .+ · \$0\.0070$/u);
    expect(notesOf(stdout)).toEqual([
      expect.stringMatching(/^2 attempts · .+ · \$0\.0040$/u),
      expect.stringMatching(/· \$0\.0030$/u),
    ]);
    const before = await cli(['diagram', at, '--format', 'svg', '--task', 'paid', '--at', '4']);
    expect(notesOf(before.stdout)).toEqual([expect.stringMatching(/^2 attempts · .+ · \$0\.0040$/u)]);
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
