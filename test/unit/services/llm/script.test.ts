import { expect, it } from 'vitest';
import { isEngineError } from '../../../../src/errors/index.ts';
import { parseScript } from '../../../../src/services/llm/index.ts';

function problemsOf(text: string): unknown {
  try {
    return parseScript(text);
  } catch (error) {
    return isEngineError(error) && error.code === 'MODEL_SCRIPT_INVALID' ? error.details['problems'] : error;
  }
}

it('reads replies as they are written', () => {
  expect(parseScript('replies:\n  - { agent: a, call: 2, reply: { x: 1 } }\n  - { stall: true }')).toEqual({
    replies: [{ agent: 'a', call: 2, reply: { x: 1 } }, { stall: true }],
  });
});

it.each([
  [
    'a misspelt field',
    'replies:\n  - reply: x\n    delay: 3',
    ['Line 3: "delay" is no field of a script; did you mean "delay_ms"?'],
  ],
  [
    'an unknown failure code',
    'replies:\n  - fail:\n      code: provider.rate_limits',
    ['Line 3: "replies.1.fail.code": "provider.rate_limits" is no failure code; did you mean "provider.rate_limit"?'],
  ],
  [
    'two ways to answer',
    'replies:\n  - { reply: a }\n  - { reply: x, stall: true }',
    [
      'Line 3: "replies.2": A reply has exactly one of "reply", "fail" and "stall"; "tool_calls" may stand alone or beside "reply".',
    ],
  ],
  [
    'no way to answer',
    'replies: [{ agent: a }]',
    [
      'Line 1: "replies.1": A reply has exactly one of "reply", "fail" and "stall"; "tool_calls" may stand alone or beside "reply".',
    ],
  ],
  [
    'a broken pattern',
    'replies:\n  - match: "("\n    reply: x',
    ['Line 2: "replies.1.match": "(" is no regular expression.'],
  ],
  ['broken YAML', 'replies:\n  - reply: "x', ['Line 2: Missing closing "quote.']],
  ['a key that is there twice', 'replies: []\nreplies: []', ['Line 2: Map keys must be unique.']],
])('names the line of %s', (_what, text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});

it('refuses what would take too long to read', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x]',
    ...'bcdefgh'
      .split('')
      .map(
        (name, index) =>
          `${name}: &${name} [${'*' + 'abcdefg'.charAt(index)}${`,*${'abcdefg'.charAt(index)}`.repeat(7)}]`,
      ),
  ].join('\n');
  const tooDeep = ['The script is nested too deeply or uses too many aliases.'];
  expect(problemsOf(bomb)).toEqual(tooDeep);
  expect(problemsOf('['.repeat(100_000))).toEqual(tooDeep);
  expect(problemsOf(' '.repeat(2_000_000))).toEqual(['The script has more than 1,048,576 characters.']);
});

it('says in one sentence what is wrong, and what to write', () => {
  expect(() => parseScript('replies: 3')).toThrow(
    expect.objectContaining({
      message:
        'The script of a scripted model cannot be read. Line 1: "replies": Invalid input: expected array, received number.',
      hint: 'Write a list "replies:" of { agent, stage, match, call, reply | tool_calls | fail | stall }.',
    }),
  );
  expect(problemsOf('')).toEqual(['Line 1: Invalid input: expected object, received null.']);
});
