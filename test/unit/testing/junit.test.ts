import { expect, it } from 'vitest';
import { formatPathReport } from '../../../src/testing/index.ts';
import { readXml } from '../../support/read-xml.ts';

it('a JUnit report is well-formed whatever its names hold', () => {
  const name = 'a->b["<&>\'] \u0000\u{D800} is\ntaken';
  const walk = {
    name,
    goal: { kind: 'node', node: 'a' },
    steps: [],
    trace: [],
    live: [],
    verdict: 'completed',
  } as const;
  const row = { criterion: 'edges', covered: 0, total: 2, infeasible: [name], undecided: [name] } as const;
  const pipeline = { pipeline: name, walks: [{ ...walk, failures: [name, 'b'] }], coverage: [row] };
  const report = readXml(formatPathReport({ criteria: ['edges'], passed: false, pipelines: [pipeline] }, 'junit'));
  const kept = 'a->b["<&>\'] \uFFFD\uFFFD is\ntaken';
  expect(report.children.map(({ attributes }) => attributes)).toEqual([
    { name: kept, tests: '3', failures: '1', skipped: '2' },
  ]);
  const [failed, ...skipped] = report.children[0]?.children ?? [];
  expect(failed?.attributes).toEqual({ classname: kept, name: kept });
  expect(failed?.children.map(({ attributes, text }) => [attributes, text])).toEqual([
    [{ message: kept }, `${kept}\nb`],
  ]);
  expect(skipped.map(({ children }) => children[0]?.attributes)).toEqual([
    { message: 'No run can do this.' },
    { message: 'The search was given up.' },
  ]);
});

it.each([
  '<a>',
  '<a></b>',
  '<a/><b/>',
  '<a b="1" b="2"/>',
  '<a b="<"/>',
  '<a>&no;</a>',
  '<a>&</a>',
  '<a>\u0000</a>',
  'a',
])('what reads these reports refuses %j', (document) => {
  expect(() => readXml(document)).toThrow(/./u);
});
