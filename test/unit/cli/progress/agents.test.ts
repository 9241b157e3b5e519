import { expect, it } from 'vitest';
import { activityLines } from '../../../../src/cli/progress/activity-lines.ts';
import { createAgentTracker } from '../../../../src/cli/progress/agent-activity.ts';
import { createAgentText } from '../../../../src/cli/progress/agent-text.ts';
import { createPlainView } from '../../../../src/cli/progress/plain-view.ts';
import { layoutFor } from '../../../../src/cli/progress/stage-line.ts';
import { symbolsFor } from '../../../../src/cli/progress/symbols.ts';
import type { EngineEvent } from '../../../../src/engine/index.ts';
import { keptOutput } from '../output.ts';
import { asked, event, finished, limited, reasked, responded, said, started, used, warned } from './agent-events.ts';

/** What stands under the stage after these events. */
function linesAfter(events: readonly EngineEvent[], columns = 80): readonly string[] {
  const tracker = createAgentTracker();
  for (const each of events) tracker.take(each);
  const activity = tracker.activities.get('answer');
  const style = { layout: layoutFor(undefined), output: keptOutput({ columns }), symbols: symbolsFor({}) };
  return activity === undefined ? [] : activityLines(activity, style);
}

const story = '{"text":"The sun is a star, and the nearest one to us';

it.each([
  ['says nothing of a model that has not said anything yet', [asked(1)], 80, []],
  ['shows a part of JSON as it is', [asked(1), said('{"te'), said('xt":"Th')], 80, ['  {"text":"Th']],
  ['shows the last words', [asked(1), said(story)], 40, ['  …is a star, and the nearest one to us']],
  ['tells which call it is from the second on, and of which model', [asked(2, 'other')], 80, ['  call 2 · other']],
  ['leaves the model out where there is no room', [asked(2, 'claude-large'), said('Hm.')], 40, ['  call 2: Hm.']],
  ['makes one line of many', [asked(1), said('One.\n\n\tTwo.')], 80, ['  One. Two.']],
  ['lets nothing steer the terminal', [asked(1), said('\u001B[2J')], 80, [String.raw`  \u001b[2J`]],
  ['waits for the other half of a character', [asked(1), said('Sun \uD83C')], 80, ['  Sun']],
  ['shows tools while they run', [asked(1), used('s1', 'look_up'), used('s2', 'read')], 80, ['  → look_up, read']],
  [
    'shows why it was asked again',
    [asked(1), reasked, asked(2)],
    80,
    ['  asked again: The answer lacks "text".', '  call 2 · told'],
  ],
  ['shows a fallback', [limited, asked(1, 'other')], 80, ['  told failed: provider.rate_limit; asking other']],
  ['says nothing of the same model asked again', [limited, started, asked(1)], 80, []],
  ['says what a budget has come to', [warned], 80, ['  agent "writer" has spent 820 of 1,000 tokens']],
  ['is cleared when the stage ends', [asked(1), said('Hello'), finished], 80, []],
  ['begins anew with each call', [asked(1), said('Hello'), asked(2), said('Bye')], 80, ['  call 2 · told: Bye']],
] as const)('what stands under a stage %s', (...[, events, columns, expected]) => {
  expect(linesAfter(events, columns)).toEqual(expected);
});

it('shows only the words after a tool that has ended', () => {
  const ended = event({ type: 'tool.finished', data: { tool: 'look_up', step: 's1', durationMs: 7 } });
  expect(linesAfter([asked(1), used('s1', 'look_up'), ended, asked(2), said('It is.')])).toEqual([
    '  call 2 · told: It is.',
  ]);
});

it('never makes a line that is wider than the terminal', () => {
  for (const columns of [1, 5, 12, 40, 80]) {
    const lines = linesAfter(
      [limited, asked(12, 'a-model-with-a-long-name'), said('日本語のテキスト '.repeat(300))],
      columns,
    );
    expect(lines.map((line) => line.length < columns || line === '')).toEqual(lines.map(() => true));
  }
});

it('tells a log of tool calls, answers that are asked for again, fallbacks and budgets, a line each', () => {
  const stderr = keptOutput();
  const view = createPlainView(stderr);
  const failure = { code: 'tool.failed', message: 'It broke\nin two.' } as const;
  const tool = { tool: 'look_up', step: 's1' };
  const events = [
    asked(1),
    said('Hello'),
    used('s1', 'look_up'),
    event({ type: 'tool.finished', data: { ...tool, durationMs: 7 } }),
    event({ type: 'tool.failed', data: { ...tool, durationMs: 8, failure } }),
    event({ type: 'tool.denied', data: { ...tool, reason: 'Not here.' } }),
    event({ type: 'tool.finished', data: { tool: 'of_a_tool_node', durationMs: 7 } }),
    reasked,
    limited,
    asked(2, 'other'),
    warned,
    event({
      type: 'budget.exceeded',
      data: { scope: 'task', id: 'task', spentTokens: 5, spentUsd: 2.5, maxUsd: 2, action: 'stop' },
    }),
    event({
      type: 'budget.exceeded',
      data: { scope: 'stage', id: 'answer', spentTokens: 5, spentUsd: 0, maxTokens: 60, action: 'degrade' },
    }),
  ];
  for (const each of events) view.take(each);
  expect(stderr.text().split('\n')).toEqual([
    '  used      answer: look_up in 7ms',
    '  used      answer: look_up in 8ms, failed: tool.failed It broke in two.',
    '  used      answer: look_up denied: Not here.',
    '  asked     answer: asked again: The answer lacks "text".',
    '  switched  answer: told failed: provider.rate_limit; asking other',
    '  budget    answer: agent "writer" has spent 820 of 1,000 tokens',
    '  budget    answer: the task has spent $2.50 of $2.00, which is all; stopping',
    '  budget    answer: stage "answer" has spent 5 of 60 tokens, and the rest is too little for the next call; going on with another model',
    '',
  ]);
});

it('reads along line by line, with the name of the stage and of the child task that speaks', () => {
  const lines: string[] = [];
  const take = createAgentText((line) => lines.push(line));
  const child = 'task/team.1';
  for (const each of [
    said('On'),
    said('Below', child),
    said('e.\r\n\n  T\u001B[2J'),
    responded(child),
    said('wo'),
    responded(),
  ])
    take(each);
  expect(lines).toEqual(['answer | One.', 'answer |', 'team.1/answer | Below', String.raw`answer |   T\u001b[2Jwo`]);
});

it('shows a line that does not end in parts, cut between words', () => {
  const lines: string[] = [];
  const take = createAgentText((line) => lines.push(line));
  take(said('word '.repeat(100)));
  take(said('x'.repeat(900)));
  expect(lines.map((line) => line.length)).toEqual([408, 108, 409, 409]);
});
