import { describe, expect, it } from 'vitest';
import { staticFacts } from '../../../../src/manifest-compiler/index.ts';
import { sampleVersion, shortComparison, workflowOf, type ShortComparison } from '../../../support/project-versions.ts';

const nodes = {
  each: { type: 'map', items: [1, 2], workflow: 'outer' },
  done: { type: 'end' },
};
const edges = [{ from: 'each', to: 'done' }];

/** A map over a body that has bodies itself. */
function version(inner: object, agents: object = {}, first: object = { output: 1 }) {
  return sampleVersion({
    workflow: workflowOf(nodes, edges),
    workflows: {
      outer: {
        id: 'outer',
        nodes: [
          { id: 'begin', type: 'transform', ...first },
          { id: 'again', type: 'repeat', max_iterations: 2, workflow: 'outer/again' },
          { id: 'more', type: 'repeat', max_iterations: 2, workflow: 'outer/more' },
        ],
        edges: [
          { from: 'begin', to: 'again' },
          { from: 'again', to: 'more' },
        ],
      },
      'outer/again': { id: 'inner', nodes: [inner] },
      'outer/more': { id: 'more', nodes: [{ id: 'rest', type: 'transform', output: 1 }] },
    },
    agents: { writer: { prompt: 'Write.', ...agents } },
    tools: { post: { type: 'registered' } },
  });
}

const writing = { id: 'write', type: 'agent', agent: 'writer' };
const old = version(writing);

function compare(inner: object, agents: object = {}): ShortComparison {
  return shortComparison(old, version(inner, agents));
}

describe('what child tasks run', () => {
  it('leaves a finished stage valid when it is the same', () => {
    expect(compare(writing)).toEqual({ verdict: 'compatible', differences: [] });
  });

  it('makes the stage above run again when a node of it is another one, however deep', () => {
    expect(compare({ ...writing, input: 'something else' })).toMatchObject({
      verdict: 'migratable',
      again: [expect.stringMatching(/^each /u)],
    });
  });

  it('makes the stage above run again when a node beside another body is another one', () => {
    expect(shortComparison(old, version(writing, {}, { output: 2 }))).toMatchObject({
      verdict: 'migratable',
      again: [expect.stringMatching(/^each /u)],
    });
  });

  it('is compared once, however many places run it', () => {
    // Each file runs the next one twice: 2⁴⁰ ways lead to the last.
    const files = Array.from({ length: 40 }, (_, at) => {
      const call = (id: string) => ({ id, type: 'workflow', workflow: `f${at + 1}.yaml` });
      return [
        `f${at}.yaml`,
        { id: `f${at}`, nodes: [call('one'), call('two')], edges: [{ from: 'one', to: 'two' }] },
      ] as const;
    });
    const workflows = { ...Object.fromEntries(files), 'f40.yaml': { id: 'last', nodes: [{ ...writing, id: 'w' }] } };
    const call = { call: { type: 'workflow', workflow: 'f0.yaml' } };
    const deep = sampleVersion({
      workflow: workflowOf(call, []),
      workflows,
      agents: { writer: { prompt: 'Write.' } },
      tools: {},
    });
    expect(shortComparison(deep, deep)).toEqual({ verdict: 'compatible', differences: [] });
    expect([...deep.pipelines.values()].map((pipeline) => staticFacts(deep, pipeline).modelCalls.most)).toEqual([
      2 ** 40,
    ]);
  });

  it('includes what the answer to a question has to look like', () => {
    const asking = { id: 'ask', type: 'feedback', schema: { type: 'string' } };
    const changed = version({ ...asking, schema: { type: 'number' } });
    expect(shortComparison(version(asking), changed)).toMatchObject({
      verdict: 'migratable',
      again: [expect.stringMatching(/^each /u)],
    });
  });

  it('makes it run again when an agent is another one, and says which tools would act twice', () => {
    expect(compare(writing, { prompt: 'Write well.' })).toMatchObject({
      verdict: 'migratable',
      again: [expect.stringMatching(/^each /u)],
    });
    const posting = { id: 'write', type: 'tool', tool: 'post' };
    const changed = version({ ...posting, arguments: { text: 'more' } });
    expect(shortComparison(version(posting), changed).again).toEqual([expect.stringMatching(/^each .* post$/u)]);
  });
});
