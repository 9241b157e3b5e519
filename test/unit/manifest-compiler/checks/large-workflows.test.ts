import { expect, it } from 'vitest';
import { checkProject } from '../../../../src/manifest-compiler/checks/index.ts';
import { parseManifests } from '../../../../src/manifest-compiler/read/index.ts';

const size = 10_000;

function check(nodes: object[], edges: object[]): string[] {
  const text = JSON.stringify({ workflow: { id: 'large', nodes, edges } });
  return checkProject(parseManifests(new Map([['workflow.json', text]])), new Map()).problems.map(
    ({ message }) => message,
  );
}

const nodes = Array.from({ length: size }, (_, index) => ({ id: `n${index}`, type: 'transform', output: 1 }));
const chain = nodes.slice(1).map(({ id }, index) => ({ from: `n${index}`, to: id }));

it('checks a chain of many nodes without recursion', () => {
  expect(check(nodes, chain)).toEqual([]);
});

it('reports one loop through many nodes once, and shortens its name', () => {
  expect(check(nodes, [...chain, { from: `n${size - 1}`, to: 'n0' }])).toEqual([
    'The edges form a loop: n0 → n1 → n2 → n3 → n4 → n5 → n6 → n7 → n8 → n9 → … → n0.',
  ]);
});

it('survives more unknown tools of one agent than a call can take arguments', () => {
  const agents = { agents: { writer: { prompt: 'Write.', tools: Array.from({ length: 200_000 }, () => 'missing') } } };
  const files = new Map([
    [
      'workflow.json',
      JSON.stringify({ workflow: { id: 'one', nodes: [{ id: 'write', type: 'agent', agent: 'writer' }] } }),
    ],
    ['agents.json', JSON.stringify(agents)],
  ]);
  expect(checkProject(parseManifests(files), new Map()).problems).toHaveLength(1_002);
});

it('refuses more pipelines than can be checked on a large workflow', () => {
  const pipelines = Object.fromEntries(
    nodes.slice(0, 1_000).map(({ id }) => [id, { entry: id, ends: [`n${size - 1}`] }]),
  );
  const files = new Map([
    ['workflow.json', JSON.stringify({ workflow: { id: 'large', nodes, edges: chain } })],
    ['pipelines.json', JSON.stringify({ pipelines })],
  ]);
  const { problems } = checkProject(parseManifests(files), new Map());
  expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual(['MANIFEST_FILE_TOO_LARGE pipelines.json']);
});

it('lists a thousand of many unknown targets', () => {
  const lost = chain.map(({ from, to }) => ({ from, to: `${to}x` }));
  expect(check(nodes, lost)).toHaveLength(1_001);
});
