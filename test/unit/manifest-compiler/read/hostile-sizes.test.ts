import { expect, it } from 'vitest';
import { findProblems } from '../../../support/sample-project.ts';

/*
 * Each of these once took from several seconds up to minutes, or gigabytes. What is asserted is what is told; that it is
 * told at all within the time of a test is the point.
 */

const nodes = (count: number, output: (index: number) => unknown = () => 1): object[] =>
  Array.from({ length: count }, (_, index) => ({ id: `n${index}`, type: 'transform', output: output(index) }));

const chain = (count: number, letter = 'n'): object[] =>
  Array.from({ length: count - 1 }, (_, index) => ({ from: `${letter}${index}`, to: `${letter}${index + 1}` }));

function codesOf(files: Record<string, unknown>): string[] {
  const texts = Object.entries(files).map(([file, value]): [string, string] => [
    file,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return [...new Set(findProblems(new Map(texts)).problems.map(({ code, file }) => `${code} ${file}`))];
}

const workflow = (all: object[], edges: object[] = []): object => ({ workflow: { id: 'w', nodes: all, edges } });
const one = workflow(nodes(1));
const asksAgent = workflow([{ id: 'a', type: 'agent', agent: 'writer' }]);
const agentWith = (fields: object): object => ({ agents: { writer: { prompt: 'Write.', ...fields } } });
const tooLarge = (file: string): string[] => [`MANIFEST_FILE_TOO_LARGE ${file}`];

it('refuses a hundred thousand nodes', () => {
  expect(codesOf({ 'workflow.json': workflow(nodes(100_000)) })).toEqual(tooLarge('workflow.json'));
});

it('refuses a hundred thousand edges', () => {
  const edges = Array.from({ length: 100_000 }, () => ({ from: 'n0', to: 'n1' }));
  expect(codesOf({ 'workflow.json': workflow(nodes(2), edges) })).toEqual(tooLarge('workflow.json'));
});

it('compiles a chain of ten thousand nodes that read each other', () => {
  const all = nodes(10_000, (index) => (index === 0 ? 1 : `\${{ stages.n${index >> 1}.output }}`));
  expect(codesOf({ 'workflow.json': workflow(all, chain(10_000)) })).toEqual([]);
});

it('reports ten thousand broken expressions', () => {
  const all = nodes(10_000, (index) => `\${{ stages.m${index}.output + x${index} }}`);
  expect(codesOf({ 'workflow.json': workflow(all, chain(10_000)) })).toEqual([
    'MANIFEST_EXPRESSION_INVALID workflow.json',
    'MANIFEST_INVALID workflow.json',
  ]);
});

it('compiles a decision with five thousand choices', () => {
  const all = [{ id: 'd', type: 'decision' }, ...nodes(5_000)];
  const edges = Array.from({ length: 5_000 }, (_, index) => ({
    from: 'd',
    to: `n${index}`,
    when: `input == ${index}`,
  }));
  expect(codesOf({ 'workflow.json': workflow(all, edges) })).toEqual(['MANIFEST_DECISION_NO_DEFAULT workflow.json']);
});

it('asks for a merge where thousands of branches meet at a node that is none', () => {
  const edges = nodes(3_000).flatMap((_, index) =>
    index === 0
      ? []
      : [
          { from: 'n0', to: `n${index}` },
          { from: `n${index}`, to: 'last' },
        ],
  );
  const all = [...nodes(3_000), { id: 'last', type: 'transform', output: 1 }];
  expect(codesOf({ 'workflow.json': workflow(all, edges) })).toEqual(['MANIFEST_JOIN_MISPLACED workflow.json']);
});

it('expands thousands of rows of the fallback matrix', () => {
  const tools = Array.from({ length: 3_000 }, (_, index) => ({ id: `n${index}`, type: 'tool', tool: 't' }));
  const all = [...tools, ...ends(3_000)];
  const fallbacks = all.slice(0, 3_000).map((_, index) => ({ category: 'tool', stage: `n${index}`, to: `e${index}` }));
  const files = { 'tools.json': { tools: { t: { type: 'registered' } } }, 'pipelines.json': { fallbacks } };
  expect(codesOf({ ...files, 'workflow.json': workflow(all, chain(3_000)) })).toEqual([]);
});

function ends(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({ id: `e${index}`, type: 'end' }));
}

it('refuses pipelines that have hundreds of thousands of nodes together', () => {
  const pipelines = Object.fromEntries(
    nodes(500).map((_, index) => [`p${index}`, { entry: `n${index}`, ends: ['n999'] }]),
  );
  const files = { 'workflow.json': workflow(nodes(1_000), chain(1_000)), 'pipelines.json': { pipelines } };
  expect(codesOf(files)).toEqual(tooLarge('pipelines.json'));
});

it.each([
  ['brackets that never close', `{"workflow":${'['.repeat(9_000_000)}`, 'MANIFEST_TOO_DEEP workflow.json'],
  ['millions of values', `[${'1,'.repeat(4_000_000)}1]`, 'MANIFEST_FILE_TOO_LARGE workflow.json'],
])('stops reading JSON with %s', (_, text, expected) => {
  expect(codesOf({ 'workflow.json': text })).toEqual([expected]);
});

it('lists a thousand of hundred thousand unknown fields', () => {
  const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 1]));
  const { problems } = findProblems(new Map([['workflow.json', JSON.stringify({ workflow: fields })]]));
  expect(problems.length).toBeLessThan(1_010);
});

it('stops at the first of millions of wrong escapes', () => {
  const text = `workflow: "${'\\q'.repeat(4_000_000)}"`;
  const { problems } = findProblems(new Map([['workflow.yaml', text]]));
  expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'MANIFEST_SYNTAX A backslash cannot stand before this: "\\q".',
  ]);
});

it('refuses a prompt with hundred thousand outputs', () => {
  const files = { 'workflow.json': asksAgent, 'agents.json': agentWith({ prompt: 'p.md' }) };
  expect(codesOf({ ...files, 'p.md': '{{ input }}'.repeat(80_000) })).toContain('MANIFEST_PROMPT_INVALID p.md');
});

it('refuses a schema with hundred thousand fields, in a file and in a manifest', () => {
  const properties = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, index) => [`p${index}`, { type: 'string' }]),
  );
  const inline = { 'workflow.json': asksAgent, 'agents.json': agentWith({ output_schema: { properties } }) };
  expect(codesOf(inline)).toContain('MANIFEST_FILE_TOO_LARGE agents.json');
  const named = { 'workflow.json': asksAgent, 'agents.json': agentWith({ output_schema: 'S' }) };
  expect(codesOf({ ...named, 'schemas/S.json': { properties } })).toContain('MANIFEST_FILE_TOO_LARGE schemas/S.json');
});

it('refuses a script of a million brackets', () => {
  const engine = { engine: { name: 'e', models: { demo: { provider: 'scripted', script: 's.yaml' } } } };
  const script = `replies: ${'['.repeat(1_000_000)}`;
  expect(codesOf({ 'workflow.json': one, 'engine.json': engine, 's.yaml': script })).toEqual([
    'MODEL_SCRIPT_INVALID s.yaml',
  ]);
});

const maps = (count: number, fields: object): object[] =>
  Array.from({ length: count }, (_, index) => ({ id: `m${index}`, type: 'map', items: [1], ...fields }));

it('counts the nodes of bodies and workflow files, and refuses what is too many together', () => {
  expect(codesOf({ 'workflow.json': workflow(maps(5_100, { node: nodes(1)[0] }), chain(5_100, 'm')) })).toEqual(
    tooLarge('workflow.json'),
  );
  const files = { 'workflow.json': workflow(maps(1, { workflow: 'workflows/a.json' })) };
  expect(codesOf({ ...files, 'workflows/a.json': workflow(nodes(10_000), chain(10_000)) })).toEqual(
    tooLarge('workflows/a.json'),
  );
});

it('checks and compiles thousands of bodies', () => {
  const all = maps(4_900, { node: { type: 'transform', output: '${{ item }}' } });
  expect(codesOf({ 'workflow.json': workflow(all, chain(4_900, 'm')) })).toEqual([]);
  const bodies = maps(3, { body: { nodes: nodes(3_000), edges: chain(3_000) } });
  expect(codesOf({ 'workflow.json': workflow(bodies, chain(3, 'm')) })).toEqual([]);
});

it('follows workflow files that run each other only so far', () => {
  const files = Array.from({ length: 3_000 }, (_, index): [string, object] => [
    `workflows/w${index}.json`,
    workflow([{ id: 'call', type: 'workflow', workflow: `workflows/w${index + 1}.json` }]),
  ]);
  const first = workflow([{ id: 'call', type: 'workflow', workflow: 'workflows/w0.json' }]);
  expect(codesOf({ 'workflow.json': first, ...Object.fromEntries(files) })).toEqual(tooLarge('workflows/w19.json'));
});
