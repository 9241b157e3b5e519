import { describe, expect, it } from 'vitest';
import { sampleVersion, shortComparison, workflowOf, type ShortComparison } from '../../../support/project-versions.ts';

const nodes = {
  each: { type: 'map', items: [1, 2], workflow: 'outer' },
  done: { type: 'end' },
};
const edges = [{ from: 'each', to: 'done' }];

/** A map over a body that has a body itself. */
function version(inner: object, agents: object = {}) {
  return sampleVersion({
    workflow: workflowOf(nodes, edges),
    workflows: {
      outer: { id: 'outer', nodes: [{ id: 'again', type: 'repeat', max_iterations: 2, workflow: 'outer/again' }] },
      'outer/again': { id: 'inner', nodes: [inner] },
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
