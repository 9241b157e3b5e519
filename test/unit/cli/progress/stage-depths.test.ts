import { expect, it } from 'vitest';
import { stageDepths } from '../../../../src/cli/progress/stage-depths.ts';
import { compiledWorkflow } from './workflow.ts';

it('sets the branches of a fork in until they meet again', () => {
  const { graph } = compiledWorkflow(`
    - { from: start, to: a }
    - { from: start, to: b }
    - { from: b, to: b1 }
    - { from: b, to: b2 }
    - { from: b1, to: inner }
    - { from: b2, to: inner }
    - { from: inner, to: outer }
    - { from: a, to: outer }
    - { from: outer, to: finished }`);
  expect(Object.fromEntries(stageDepths(graph))).toEqual({
    start: 0,
    a: 1,
    b: 1,
    b1: 2,
    b2: 2,
    inner: 1,
    outer: 0,
    finished: 0,
  });
});

it('closes two forks at once where their branches meet in one merge', () => {
  const { graph } = compiledWorkflow(`
    - { from: start, to: a }
    - { from: start, to: b }
    - { from: a, to: a1 }
    - { from: a, to: a2 }
    - { from: a1, to: outer }
    - { from: a2, to: outer }
    - { from: b, to: outer }
    - { from: outer, to: finished }`);
  expect(Object.fromEntries(stageDepths(graph))).toMatchObject({ a1: 2, a2: 2, b: 1, outer: 0, finished: 0 });
});
