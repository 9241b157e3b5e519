import { expect, it } from 'vitest';
import { brokenRows } from '../../../../src/cli/progress/line.ts';
import { createPlainView, createSilentView } from '../../../../src/cli/progress/plain-view.ts';
import { activeLine, endedLine, layoutFor, skippedLine } from '../../../../src/cli/progress/stage-line.ts';
import { createStageTracker } from '../../../../src/cli/progress/stage-tracker.ts';
import { symbolsFor } from '../../../../src/cli/progress/symbols.ts';
import type { EngineEvent, FailureSignature } from '../../../../src/engine/index.ts';
import { someIds } from '../../../support/event-ids.ts';
import { keptOutput } from '../output.ts';
import { compiledWorkflow } from './workflow.ts';

const failure: FailureSignature = {
  code: 'tool.failed',
  category: 'tool',
  message: 'It broke\nin two.',
  retryable: true,
  stage: 'b',
  node: 'b',
  node_type: 'tool',
  pipeline: 'drawn',
  attempt: 1,
};
const passedOver = { ...failure, code: 'branch_failed.merge', category: 'branch_failed', node_type: 'end' } as const;

type Told = EngineEvent extends infer Event
  ? Event extends EngineEvent
    ? Pick<Event, 'type' | 'data'>
    : never
  : never;

function event(nodeId: string, told: Told): EngineEvent {
  return { id: 'task/1', v: 1, time: 1_000, seq: 1, taskId: 'task', ...someIds, nodeId, ...told };
}

const story: readonly EngineEvent[] = [
  event('a', { type: 'stage.started', data: { attempt: 1, nodeType: 'agent' } }),
  event('a', {
    type: 'llm.responded',
    data: { provider: 'p', model: 'm', call: 1, durationMs: 5, inputTokens: 1_000, outputTokens: 234, costUsd: 0.5 },
  }),
  event('b', { type: 'stage.started', data: { attempt: 1, nodeType: 'tool' } }),
  event('b', { type: 'stage.retrying', data: { attempt: 1, delayMs: 500, failure } }),
  event('a', { type: 'stage.finished', data: { attempt: 1, durationMs: 1_234, choice: 'left' } }),
  event('b', { type: 'stage.started', data: { attempt: 2, nodeType: 'tool' } }),
  event('b', { type: 'stage.failed', data: { attempt: 2, durationMs: 20, failure } }),
  event('outer', { type: 'stage.cancelled', data: {} }),
  event('finished', { type: 'stage.failed', data: { attempt: 0, durationMs: 0, failure: passedOver } }),
];
const { graph } = compiledWorkflow(`
    - { from: start, to: a }
    - { from: start, to: b }
    - { from: a, to: outer }
    - { from: b, to: outer }
    - { from: outer, to: finished }`);

it('tells a log every start and end of a stage', () => {
  const stderr = keptOutput();
  const view = createPlainView(stderr);
  view.begin({ workflow: 'drawn', pipeline: 'full', taskId: 'task', isResumed: true, graph });
  for (const each of story) view.take(each);
  expect(stderr.text().split('\n')).toEqual([
    'drawn, pipeline full, task task, resumed',
    '  started   a (transform)',
    '  started   b (transform)',
    '  retrying  b in 500ms: tool.failed It broke in two.',
    '  finished  a in 1.2s, 1,234 tokens, $0.50 → left',
    '  started   b (transform, attempt 2)',
    '  failed    b in 20ms: tool.failed It broke in two.',
    '  cancelled outer',
    '  skipped   finished',
    '',
  ]);
});

it('counts what is at work even where nothing is shown of it', () => {
  const stderr = keptOutput();
  const view = createSilentView(stderr);
  view.begin({ workflow: 'drawn', pipeline: 'drawn', taskId: 'task', isResumed: false });
  const counts = story.map((each) => {
    view.take(each);
    return view.atWork();
  });
  expect({ counts, text: stderr.text() }).toEqual({ counts: [1, 1, 2, 1, 0, 1, 0, 0, 0], text: '' });
});

it.each([
  [
    80,
    [
      '  ✓ a      transform    1.2s  1,234 tokens  $0.50  → left',
      '  ✕ b      transform    20ms  tool.failed It broke in two.',
      '– outer    transform          cancelled',
    ],
  ],
  [
    40,
    [
      '  ✓ a        1.2s  1,234 tokens  $0.50…',
      '  ✕ b        20ms  tool.failed It brok…',
      '– outer            cancelled',
    ],
  ],
])('keeps a line of every stage that ended within %d columns', (columns, expected) => {
  const style = { layout: layoutFor(graph), output: keptOutput({ columns }), symbols: symbolsFor({}) };
  const tracker = createStageTracker(() => 'transform');
  const lines = story
    .map((each) => tracker.take(each))
    .flatMap((change) => {
      const line = change === undefined || change.kind === 'retrying' ? undefined : endedLine(change, style);
      return line === undefined ? [] : [line];
    });
  expect(lines).toEqual(expected);
  expect(tracker).toMatchObject({ atWorkCount: 0, endedCount: 3, total: { tokens: 1_234, costUsd: 0.5 } });
});

it('shows a stage at work with its time, and its attempt from the second on', () => {
  const style = { layout: layoutFor(graph), output: keptOutput(), symbols: symbolsFor({ TERM: 'linux' }) };
  const spent = { tokens: 0, costUsd: 0 };
  const stage = { node: 'b', nodeType: 'tool', attempt: 2, isWaiting: false, startedAt: 1_000, spent };
  expect(activeLine(stage, style, { now: 3_500, frame: '|' })).toBe('  | b      tool         2.5s  attempt 2');
  expect(activeLine({ ...stage, isWaiting: true }, style, { now: 3_500, frame: '|' })).toBe(
    '  ~ b      tool         2.5s  attempt 2',
  );
  expect(skippedLine(['a', 'b'], style)).toBe('- skipped: a, b');
});

it('shows of a stage at work what its models took so far', () => {
  const style = { layout: layoutFor(graph), output: keptOutput(), symbols: symbolsFor({}) };
  const tracker = createStageTracker(() => 'agent');
  for (const each of story.slice(0, story.findIndex(({ type }) => type === 'llm.responded') + 1)) tracker.take(each);
  const [stage] = tracker.active.values();
  if (stage === undefined) throw new Error('No stage is at work.');
  const line = activeLine(stage, style, { now: stage.startedAt + 2_500, frame: '|' });
  expect(line).toContain('2.5s  1,234 tokens  $0.50');
});

it('gives the time of a stage its place on the narrowest of terminals', () => {
  const stage = {
    node: 'a_rather_long_name',
    nodeType: 'agent',
    attempt: 1,
    isWaiting: false,
    startedAt: 1_000,
    spent: { tokens: 0, costUsd: 0 },
  };
  const layout = { depths: new Map<string, number>(), nameWidth: 18 };
  const lineAt = (columns: number): string =>
    activeLine(stage, { layout, output: keptOutput({ columns }), symbols: symbolsFor({}) }, { now: 3_500, frame: '|' });
  expect(lineAt(20)).toBe('| a_rather_…   2.5s');
  expect(lineAt(30)).toBe('| a_rather_long_n…   2.5s');
});

it('counts the rows that lines take besides when a terminal becomes narrower', () => {
  expect(brokenRows(['', '1234567890', '\u001B[2m12345678901\u001B[22m'], 10)).toBe(1);
  expect(brokenRows(['研究者は果樹'], 5)).toBe(2);
  expect(brokenRows([], 5)).toBe(0);
});
