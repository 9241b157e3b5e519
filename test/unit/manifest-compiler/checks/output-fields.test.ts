import { expect, it } from 'vitest';
import { compileManifests } from '../../../../src/manifest-compiler/index.ts';

const agents = {
  prepare: {
    prompt: 'Prepare.',
    model: 'm',
    output_schema: {
      type: 'object',
      properties: { text: { type: 'string' } },
      required: ['text'],
      additionalProperties: false,
    },
  },
};

/** What is wrong with a field that the stage behind an agent reads, in pipelines of which the second one begins there. */
function faultsOf(expression: string, ...entries: readonly ('prepare' | 'work')[]): readonly string[] {
  const nodes = [
    { id: 'prepare', type: 'agent', agent: 'prepare' },
    { id: 'other', type: 'transform', output: 1 },
    { id: 'work', type: 'transform', output: `\${{ ${expression} }}` },
    { id: 'done', type: 'end' },
    { id: 'left', type: 'end' },
  ];
  const edges = [
    { from: 'prepare', to: 'other' },
    { from: 'prepare', to: 'work' },
    { from: 'work', to: 'done' },
    { from: 'other', to: 'left' },
  ];
  const pipelines = Object.fromEntries(
    entries.map((entry) => [entry, { entry, ends: entry === 'work' ? ['done'] : ['done', 'left'] }]),
  );
  const files = {
    engine: { engine: { name: 'fields', version: '1.0.0', models: { m: { provider: 'offline' } } } },
    workflow: { workflow: { id: 'fields', nodes, edges } },
    agents: { agents },
    pipelines: { pipelines },
  };
  const texts = Object.entries(files).map(([kind, value]): [string, string] => [`${kind}.json`, JSON.stringify(value)]);
  const { problems } = compileManifests(Object.fromEntries(texts));
  return problems.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []));
}

it.each([
  'has(output.question) ? output.question : output.text',
  '"question" in output ? output.question : output.text',
  'has(output.question) && output["question"] != "" ? stages.prepare.output.text : "none"',
])('leaves a field alone of which the expression itself asks whether it is there: %s', (expression) => {
  expect(faultsOf(expression, 'prepare', 'work').filter((message) => message.includes('field'))).toEqual([]);
});

it('knows that the stage which a pipeline begins with is given the request, whatever leads to it in another one', () => {
  expect(faultsOf('output.question', 'prepare')).toEqual(['The answer of agent "prepare" has no field "question".']);
  expect(faultsOf('output.question', 'work').filter((message) => message.includes('field'))).toEqual([]);
});

it.each([
  ['line2', []],
  ['lin1', ['The answer of agent "prepare" has no field "lin1".']],
  ['total', []],
])('takes "%s" beside "line1" of an open schema for what it is', (field, faults) => {
  const { problems } = compileManifests({
    'agents.json': JSON.stringify({
      agents: { prepare: { prompt: 'Prepare.', output_schema: { type: 'object', properties: { line1: {} } } } },
    }),
    'workflow.json': JSON.stringify({
      workflow: {
        id: 'open',
        nodes: [
          { id: 'prepare', type: 'agent', agent: 'prepare' },
          { id: 'done', type: 'end', output: `\${{ output.${field} }}` },
        ],
        edges: [{ from: 'prepare', to: 'done' }],
      },
    }),
  });
  expect(problems.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []))).toEqual(faults);
});
