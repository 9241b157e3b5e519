import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../../src/errors/index.ts';
import { choosePipeline, type PipelineCandidate, type RouteFilter } from '../../../../src/services/routing/index.ts';

const noTools = { all: [], mutating: [], undeclared: [] };
const anyTask = { mode: 'normal', tags: ['urgent'] };

function candidate(id: string, more: Partial<PipelineCandidate> = {}): PipelineCandidate {
  return { id, reaches: () => noTools, ...more };
}

function failing(message: string): () => unknown {
  return () => {
    throw new Error(message);
  };
}

describe('of the pipelines that fit', () => {
  it.each<[string, PipelineCandidate[], { chosen: string; rule: string }]>([
    [
      'most tags',
      [candidate('a', { priority: 9 }), candidate('b', { tags: ['urgent'] })],
      { chosen: 'b', rule: 'pipeline.tags' },
    ],
    [
      'highest priority',
      [candidate('a', { score: () => 9 }), candidate('b', { priority: 1 })],
      { chosen: 'b', rule: 'pipeline.priority' },
    ],
    ['highest score', [candidate('a', { score: () => -1 }), candidate('b')], { chosen: 'b', rule: 'pipeline.score' }],
    ['first id', [candidate('é'), candidate('b'), candidate('Z')], { chosen: 'Z', rule: 'pipeline.id' }],
  ])('the one with the %s is chosen', (_, candidates, decision) => {
    for (const order of [candidates, candidates.toReversed()])
      expect(choosePipeline(order, anyTask)).toMatchObject(decision);
  });

  it('each other one is told with what it came behind by, unless the caller insists on one', () => {
    const candidates = [
      candidate('same', { priority: 2 }),
      candidate('low', { priority: 2, score: () => -0.5 }),
      candidate('odd', { priority: 2, score: failing('No.') }),
      candidate('late'),
      candidate('unfit', { tags: ['large'] }),
      candidate('first', { priority: 2 }),
    ];
    const behind = (pipeline?: string): unknown =>
      choosePipeline(candidates, { ...anyTask, ...(pipeline !== undefined && { pipeline }) }).candidates.flatMap(
        (each) => (each.behind === undefined ? [] : [`${each.id}: ${each.behind}`]),
      );
    expect(behind()).toEqual([
      'late: priority 0 against 2',
      'low: score -0.5 against 0',
      'odd: score lowest against 0',
      'same: equal, and its id comes later',
    ]);
    expect(behind('low')).toEqual([]);
  });

  it('none is asked for a score where tags and priority decide', () => {
    const asked: string[] = [];
    const score = (id: string) => () => asked.push(id);
    const candidates = [candidate('a', { priority: 1, score: score('a') }), candidate('b', { score: score('b') })];
    expect(choosePipeline(candidates, anyTask).chosen).toBe('a');
    expect(asked).toEqual([]);
  });

  it('one whose score cannot be had comes last, and the decision says why', () => {
    const candidates = [
      candidate('a', { score: failing('There is no field "size".') }),
      candidate('b', { score: () => Number.NaN }),
      candidate('c', { score: () => 'high' }),
      candidate('d', { score: () => Number.MIN_SAFE_INTEGER }),
    ];
    const notes = [
      'The score of "a" counts as lowest: There is no field "size".',
      'The score of "b" counts as lowest: it is null, which is no number.',
      'The score of "c" counts as lowest: it is "high", which is no number.',
    ];
    expect(choosePipeline(candidates, anyTask)).toMatchObject({
      chosen: 'd',
      rule: 'pipeline.score',
      reason: ['Of 4 that fit it comes first by score (-9007199254740991).', ...notes].join(' '),
    });
    expect(choosePipeline(candidates.slice(0, 3), anyTask)).toMatchObject({
      chosen: 'a',
      rule: 'pipeline.id',
      reason: ['Of 3 that fit, 3 are equal in tags, priority and score, and its id comes first.', ...notes].join(' '),
    });
  });
});

describe('an override', () => {
  const fleeting: RouteFilter = {
    overrideId: 'look',
    refuses: ({ id }) => (id === 'a' ? 'it writes files' : undefined),
  };

  it('takes out candidates that would fit, and is named by the decision only then', () => {
    expect(choosePipeline([candidate('a'), candidate('b')], anyTask, [fleeting])).toEqual({
      at: 'task',
      kind: 'pipeline',
      candidates: [{ id: 'a', refusal: 'it writes files (override "look")' }, { id: 'b' }],
      chosen: 'b',
      rule: 'pipeline.only',
      reason: 'It is the only one that fits.',
      overrides: ['look'],
    });
    const unfit = candidate('a', { tags: ['large'] });
    expect(choosePipeline([unfit, candidate('b')], anyTask, [fleeting]).overrides).toEqual([]);
  });

  it('that leaves none has the error list each refusal', () => {
    const candidates = [candidate('b', { modes: ['chat'] }), candidate('a'), candidate('c', { tags: ['large'] })];
    const task = { mode: 'dry_run', tags: [] };
    expect(() => choosePipeline(candidates, task, [fleeting])).toThrow(EngineError);
    expect(() => choosePipeline(candidates, task, [fleeting])).toThrow(
      expect.objectContaining({
        code: 'ROUTING_NO_PIPELINE',
        message:
          'No pipeline accepts the task ("a": it writes files (override "look"); "b": mode "dry_run" is not among chat; ' +
          '"c": the task lacks the tags large).',
      }),
    );
  });
});
