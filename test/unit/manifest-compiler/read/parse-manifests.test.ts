import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../../../src/manifest-compiler/read/index.ts';
import { locate } from '../../../../src/manifest-compiler/report/index.ts';

const workflow = 'workflow:\n  id: sample\n  nodes:\n    - { id: done, type: end }\n';

/** Code and place of every problem in some manifests. */
function problemsIn(files: Record<string, string>): string[] {
  const { problems, sources } = parseManifests(new Map(Object.entries(files)));
  return problems.map((problem) => {
    const { file, line, column } = locate(problem, sources);
    return `${problem.code} ${file}:${line}:${column}`;
  });
}

describe('reading manifests', () => {
  it('reads a JSON file that is indented with tabs', () => {
    const text = '{\n\t"workflow": {\n\t\t"id": "sample",\n\t\t"nodes": [{ "id": "done", "type": "end" }]\n\t}\n}\n';
    const { manifests, problems } = parseManifests(new Map([['workflow.json', text]]));
    expect(problems).toEqual([]);
    expect(manifests).toEqual({ workflow: { workflow: { id: 'sample', nodes: [{ id: 'done', type: 'end' }] } } });
  });

  it('reads YAML and JSON with a byte order mark and Windows line ends', () => {
    expect(
      problemsIn({
        'workflow.yaml': `\uFEFF${workflow.replaceAll('\n', '\r\n')}`,
        'engine.json': '\uFEFF{\r\n "engine": {\r\n "name": 5 } }',
      }),
    ).toEqual(['MANIFEST_TYPE_WRONG engine.json:3:10']);
  });

  it('counts columns in UTF-16 units behind an emoji', () => {
    expect(problemsIn({ 'workflow.yaml': `${workflow}    - { id: "😀", typ: x }\n` })).toEqual([
      'MANIFEST_FIELD_UNKNOWN workflow.yaml:5:19',
    ]);
  });

  it('reads only files that are manifests', () => {
    expect(problemsIn({ 'workflow.yaml': workflow, 'notes.yaml': '{', 'evals/one.yaml': '{' })).toEqual([]);
  });

  it('finds the problems of every file, whatever the others are like', () => {
    expect(problemsIn({ 'workflow.yaml': 'workflow: [', 'agents.yaml': 'agents: 5', 'tools.json': '{' })).toEqual([
      'MANIFEST_SYNTAX tools.json:1:2',
      'MANIFEST_SYNTAX workflow.yaml:1:11',
      'MANIFEST_TYPE_WRONG agents.yaml:1:9',
    ]);
  });

  it('leaves broken nodes out and keeps the others with their places', () => {
    const text = `${workflow}    - { id: broken, type: agent }\n    - { id: last, type: end, colour: red }\n`;
    const { manifests, states } = parseManifests(new Map([['workflow.yaml', text]]));
    expect(manifests.workflow?.workflow.nodes).toEqual([
      { id: 'done', type: 'end' },
      { id: 'last', type: 'end' },
    ]);
    expect(states.workflow.broken).toEqual([
      { path: ['workflow', 'nodes', 1], value: { id: 'broken', type: 'agent' } },
    ]);
    expect([...states.workflow.kept]).toEqual([['["workflow","nodes"]', [0, 2]]]);
  });

  it('names the files that manifests name, by normalised path', () => {
    const { namedFiles } = parseManifests(
      new Map([
        ['workflow.yaml', workflow],
        [
          'agents.yaml',
          'agents:\n  a: { prompt: ./prompts//a.md, output_schema: A }\n  b: { prompt: "Write\\nb.md" }\n',
        ],
        [
          'engine.yaml',
          'engine: { name: x, models: { demo: { provider: scripted, script: scripts/../demo.yaml } } }\n',
        ],
        ['tools.yaml', 'tools: { t: { type: registered, input_schema: B, output_schema: { type: object } } }\n'],
      ]),
    );
    expect(namedFiles).toEqual([
      { path: 'prompts/a.md', kind: 'prompt', file: 'agents.yaml', from: ['agents', 'a', 'prompt'] },
      { path: 'schemas/A.json', kind: 'schema', file: 'agents.yaml', from: ['agents', 'a', 'output_schema'] },
      { path: 'demo.yaml', kind: 'script', file: 'engine.yaml', from: ['engine', 'models', 'demo', 'script'] },
      { path: 'schemas/B.json', kind: 'schema', file: 'tools.yaml', from: ['tools', 't', 'input_schema'] },
    ]);
  });
});

describe('hostile manifests', () => {
  it('refuses a file over 10 MiB without reading it', () => {
    expect(problemsIn({ 'workflow.yaml': workflow, 'agents.yaml': 'x'.repeat(10 * 1_048_576 + 1) })).toEqual([
      'MANIFEST_FILE_TOO_LARGE agents.yaml:1:1',
    ]);
  });

  it('refuses YAML with more tokens than can be read in a moment', () => {
    expect(problemsIn({ 'workflow.yaml': `a:\n${'  - 1\n'.repeat(200_000)}` })).toEqual([
      'MANIFEST_FILE_TOO_LARGE workflow.yaml:1:1',
    ]);
  });

  it.each([
    ['tools.yaml', `tools: ${'['.repeat(100_000)}`, 'MANIFEST_TOO_DEEP tools.yaml:1:208'],
    ['tools.yaml', `${'- '.repeat(100_000)}x`, 'MANIFEST_TOO_DEEP tools.yaml:1:403'],
    ['tools.json', '['.repeat(1_000_000), 'MANIFEST_TOO_DEEP tools.json:1:201'],
    ['tools.json', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'MANIFEST_TOO_DEEP tools.json:1:201'],
    ['tools.yaml', '__proto__: { x: 1 }\ntools: {}\n', 'MANIFEST_VALUE_INVALID tools.yaml:1:1'],
    ['tools.json', '{ "tools": { "__proto__": { "x": 1 } } }', 'MANIFEST_VALUE_INVALID tools.json:1:14'],
    ['tools.json', '{ "tools": { "\\u005f_proto__": { "x": 1 } } }', 'MANIFEST_VALUE_INVALID tools.json:1:14'],
  ])('refuses %s with %.30s…', (file, text, expected) => {
    expect(problemsIn({ 'workflow.yaml': workflow, [file]: text })).toEqual([expected]);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it('survives more faults in one file than a call can take arguments', () => {
    const text = `{${Array.from({ length: 200_000 }, () => '"a":1').join(',')}}`;
    const { problems } = parseManifests(new Map([['workflow.json', text]]));
    expect(problems.filter(({ code }) => code === 'MANIFEST_SYNTAX')).toHaveLength(1_000);
    expect(problems.map(({ message }) => message)).toContain(
      'The file has 198999 more problems, which are not listed.',
    );
  });

  it('lists a thousand problems of one file and says how many more there are', () => {
    const nodes = Array.from({ length: 1_500 }, (_, index) => ({ id: `n${index}`, type: 'agnt' }));
    const text = JSON.stringify({ workflow: { id: 'sample', nodes } });
    const { problems } = parseManifests(new Map([['workflow.json', text]]));
    expect(problems).toHaveLength(1_001);
    expect(problems.at(-1)?.message).toBe('The file has 500 more problems, which are not listed.');
  });
});
