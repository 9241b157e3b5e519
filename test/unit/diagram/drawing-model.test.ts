import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawingModel, toMermaid, type DrawingModel } from '../../../src/diagram/index.ts';
import { compileProject, type CompiledProject } from '../../../src/manifest-compiler/index.ts';
import { drawConfigs } from '../../support/draw-configs.ts';
import { checkTexts, readTexts, samplesDirectory } from '../../support/sample-project.ts';

function compiled(files: ReadonlyMap<string, string>): CompiledProject {
  const { project, problems } = checkTexts(files);
  const result = project === undefined ? { problems } : compileProject(project);
  if (!('compiled' in result) || result.compiled === undefined) {
    throw new Error(result.problems.map(({ message }) => message).join(' '));
  }
  return result.compiled;
}

function draw(files: Record<string, string>, pipeline?: string): DrawingModel {
  return drawingModel(compiled(new Map(Object.entries(files))), { pipeline, collapse: 'all' });
}

const pipelines = `pipelines:
  full: { entry: one, ends: [three] }
  short: { entry: one, ends: [two] }
`;
const chain = `workflow:
  id: chain
  nodes:
    - { id: one, type: transform, output: 1 }
    - { id: two, type: transform, output: 2 }
    - { id: three, type: end }
  edges:
    - { from: one, to: two }
    - { from: two, to: three }
`;

function mergeWorkflow(join: string): string {
  return `workflow:
  id: fork
  nodes:
    - { id: start, type: transform, output: 1 }
    - { id: left, type: transform, output: 1 }
    - { id: right, type: transform, output: 1 }
    - { id: meet, type: merge${join} }
  edges:
    - { from: start, to: left }
    - { from: start, to: right }
    - { from: left, to: meet }
    - { from: right, to: meet }
`;
}

describe('drawingModel', () => {
  it('holds nodes and edges in the order of the file with what they do and when they are taken', () => {
    const workflow = `workflow:
  id: review
  nodes:
    - { id: write, type: agent, agent: writer }
    - { id: check, type: decision }
    - { id: good, type: end }
    - { id: poor, type: end, status: failure }
  edges:
    - { from: write, to: check }
    - { from: check, to: good, when: output.size() > 3 }
    - { from: check, to: poor, when: output == "" }
    - { from: write, to: poor, type: error, on: [agent, timeout] }
`;
    const agents = 'agents:\n  writer: { model: offline, prompt: Write. }\n';
    expect(draw({ 'workflow.yaml': workflow, 'agents.yaml': agents })).toEqual({
      workflow: 'review',
      view: 'workflow',
      nodes: [
        { id: 'write', title: 'write', type: 'agent', detail: 'writer · offline' },
        { id: 'check', title: 'check', type: 'decision' },
        { id: 'good', title: 'good', type: 'end', detail: 'success' },
        { id: 'poor', title: 'poor', type: 'end', detail: 'failure', isFailure: true },
      ],
      edges: [
        { id: 'write->check', from: 'write', to: 'check', kind: 'normal' },
        {
          id: 'check->good[output.size() > 3]',
          from: 'check',
          to: 'good',
          kind: 'conditional',
          label: '[output.size() > 3]',
          choice: 'output.size() > 3',
        },
        {
          id: 'check->poor[output == ""]',
          from: 'check',
          to: 'poor',
          kind: 'conditional',
          label: '[output == ""]',
          choice: 'output == ""',
        },
        { id: 'write->poor!', from: 'write', to: 'poor', kind: 'error', label: '✕ agent, timeout' },
      ],
      entries: ['write'],
    });
  });

  it('says how many branches a merge waits for', () => {
    const joins = ['', ', join: any', ', join: quorum, quorum: 1'];
    const details = joins.map((join) => draw({ 'workflow.yaml': mergeWorkflow(join) }).nodes.at(-1)?.detail);
    expect(details).toEqual(['waits for 2', 'takes the first of 2', 'waits for 1 of 2']);
  });

  it('counts a branch once that leads to a merge by several edges', () => {
    const fallback = '    - { from: left, to: meet, type: fallback }\n';
    const [meet] = draw({ 'workflow.yaml': `${mergeWorkflow('')}${fallback}` }).nodes.slice(-1);
    expect(meet).toEqual({ id: 'meet', title: 'meet', type: 'merge', detail: 'waits for 2' });
  });

  it('draws what child tasks run, by the id that it has in lists of paths', () => {
    const workflow = `workflow:
  id: outer
  nodes:
    - id: again
      type: repeat
      max_iterations: 2
      body:
        nodes:
          - { id: second, type: end }
          - { id: first, type: transform, output: 1 }
        edges:
          - { from: first, to: second }
`;
    expect(draw({ 'workflow.yaml': workflow }, 'repeat:again')).toEqual({
      workflow: 'again',
      view: 'workflow',
      nodes: [
        { id: 'second', title: 'second', type: 'end', detail: 'success' },
        { id: 'first', title: 'first', type: 'transform', detail: 'pure mapping' },
      ],
      edges: [{ id: 'first->second', from: 'first', to: 'second', kind: 'normal' }],
      entries: ['first'],
    });
  });

  it('says how a merge makes one value of its branches, unless it keeps them all by name', () => {
    const policies = ['merge: dict', 'merge: vote', 'merge: reduce, tool: check', 'merge: agent, agent: writer'];
    const files = {
      'agents.yaml': 'agents:\n  writer: { model: offline, prompt: Write. }\n',
      'tools.yaml': 'tools:\n  check: { type: registered }\n',
    };
    const details = policies.map(
      (policy) => draw({ ...files, 'workflow.yaml': mergeWorkflow(`, ${policy}`) }).nodes.at(-1)?.detail,
    );
    const [dict, ...others] = details;
    expect(dict).toBe('waits for 2');
    expect(others).toEqual(['waits for 2 · vote', 'waits for 2 · check', 'waits for 2 · writer · offline']);
  });

  it('says whose plan a tool node carries out', () => {
    const files = {
      'agents.yaml': 'agents:\n  planner: { prompt: Plan., tools: [check] }\n',
      'tools.yaml': 'tools:\n  check: { type: registered }\n',
      'workflow.yaml': `workflow:
  id: planned
  nodes:
    - { id: think, type: agent, agent: planner }
    - { id: act, type: tool, plan: think }
  edges:
    - { from: think, to: act }
`,
    };
    expect(draw(files).nodes.map(({ detail }) => detail)).toEqual(['planner', 'plan of think']);
  });

  it('draws one pipeline, or all that pipelines can walk', () => {
    const files = { 'workflow.yaml': chain, 'pipelines.yaml': pipelines };
    const ids = (pipeline?: string): string[] => draw(files, pipeline).nodes.map(({ id }) => id);
    expect([ids(), ids('full'), ids('short')]).toEqual([
      ['one', 'two', 'three'],
      ['one', 'two', 'three'],
      ['one', 'two'],
    ]);
  });

  it('names the pipelines there are when it is asked for another one', () => {
    expect(() => draw({ 'workflow.yaml': chain, 'pipelines.yaml': pipelines }, 'long')).toThrow(
      expect.objectContaining({
        code: 'ROUTING_NO_PIPELINE',
        message: 'The project has no pipeline "long".',
        hint: 'Use one of: full, short.',
      }),
    );
  });

  it('shows the handler of the fallback matrix once for each stage it stands in for', () => {
    const workflow = `workflow:
  id: matrix
  nodes:
    - { id: one, type: agent, agent: writer }
    - { id: two, type: agent, agent: writer }
    - { id: instead, type: transform, output: nothing }
  edges:
    - { from: one, to: two }
`;
    const drawn = draw({
      'workflow.yaml': workflow,
      'agents.yaml': 'agents:\n  writer: { model: offline, prompt: Write. }\n',
      'pipelines.yaml': 'fallbacks:\n  - { category: json, to: instead }\n  - { stage: two, to: instead }\n',
    });
    const stands = drawn.nodes.filter(({ title, id }) => title !== id);
    expect(stands.map(({ title }) => title)).toEqual(['instead', 'instead']);
    expect(drawn.edges.filter(({ kind }) => kind === 'fallback').map(({ from, label }) => [from, label])).toEqual([
      ['one', '↪ json'],
      ['two', '↪ json'],
      ['two', '↪'],
    ]);
  });

  it('gives the same picture each time', () => {
    const files = readTexts(path.join(samplesDirectory, 'valid', 'committee'));
    const [first, second] = [files, files].map((texts) => toMermaid(drawingModel(compiled(texts))));
    expect(second).toBe(first);
  });
});

describe('visualizations/', () => {
  it('is what "npm run diagrams" draws from configs/', async () => {
    const directory = path.resolve(import.meta.dirname, '../../../visualizations');
    const files = readTexts(directory);
    expect(files).toEqual(await drawConfigs());
  });
});
