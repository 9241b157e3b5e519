import { expect, it } from 'vitest';
import { compileProject } from '../../../../src/manifest-compiler/index.ts';
import { checkTexts } from '../../../support/sample-project.ts';

const workflow = {
  workflow: {
    id: 'sample',
    nodes: [
      { id: 'start', type: 'transform', output: 1 },
      { id: 'sketch_one', type: 'agent', agent: 'planner' },
      { id: 'sketch_two', type: 'agent', agent: 'planner' },
      { id: 'act_one', type: 'tool', plan: 'sketch_one' },
      { id: 'act_two', type: 'tool', plan: 'sketch_one' },
    ],
    edges: [
      { from: 'start', to: 'sketch_one' },
      { from: 'start', to: 'sketch_two' },
      { from: 'sketch_one', to: 'act_one' },
      { from: 'sketch_two', to: 'act_two' },
    ],
  },
};

function faultsOf(more: Readonly<Record<string, object>> = {}): readonly string[] {
  const manifests = {
    workflow,
    agents: { agents: { planner: { prompt: 'Plan.', tools: ['count'] } } },
    tools: { tools: { count: { type: 'registered' } } },
    ...more,
  };
  const texts = new Map(Object.entries(manifests).map(([kind, value]) => [`${kind}.json`, JSON.stringify(value)]));
  const { project } = checkTexts(texts);
  if (project === undefined)
    throw new Error(
      checkTexts(texts)
        .problems.map(({ message }) => message)
        .join(' '),
    );
  return compileProject(project).problems.map(
    ({ code, path, message, hint }) => `${code} ${path.join('/')} ${message} ${hint ?? ''}`,
  );
}

it('reports a tool plan that is written on another branch, and the node that may be meant', () => {
  expect(faultsOf()).toEqual([
    'MANIFEST_PLAN_INVALID workflow/nodes/4/plan No way leads from "sketch_one" to "act_two", so its tool plan is never there. Did you mean "sketch_two"?',
  ]);
});

it('reports a tool plan whose writer is in no way to it in one of the pipelines', () => {
  const pipelines = {
    pipelines: {
      whole: { entry: 'start', ends: ['act_one', 'act_two'] },
      part: { entry: 'act_one', ends: ['act_one'] },
    },
  };
  expect(faultsOf({ pipelines }).filter((fault) => fault.includes('act_one'))).toEqual([
    'MANIFEST_PLAN_INVALID workflow/nodes/3/plan No way leads from "sketch_one" to "act_one", so its tool plan is never there. Draw an edge from "sketch_one".',
  ]);
});
